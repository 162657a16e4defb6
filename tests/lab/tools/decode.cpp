// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode.hpp"

#include <sbc/sbc.h>

#include <array>
#include <sstream>
#include <stdexcept>

namespace lab {

namespace {

int rate_of(const sbc_t& sbc) {
    switch (sbc.frequency) {
        case SBC_FREQ_16000:
            return 16000;
        case SBC_FREQ_32000:
            return 32000;
        case SBC_FREQ_44100:
            return 44100;
        default:
            return 48000;
    }
}

std::string describe(const sbc_t& sbc, int frames) {
    static constexpr std::array<const char*, 4> kModes{"mono", "dual channel", "stereo",
                                                       "joint stereo"};
    std::ostringstream text;
    text << "SBC " << rate_of(sbc) << " Hz " << kModes[sbc.mode & 3U] << ", bitpool "
         << int{sbc.bitpool} << ", " << frames << " frames a packet";
    return text.str();
}

class Decoder {
  public:
    Decoder() {
        if (sbc_init(&sbc_, 0) < 0) throw std::runtime_error("libsbc does not start");
        sbc_.endian = SBC_LE;
    }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
    ~Decoder() { sbc_finish(&sbc_); }

    // Appends what the packet holds; false when part of it is no SBC.
    bool add(const MediaPacket& packet, Decoded& out) {
        std::size_t at = 0;
        for (int frame = 0; frame < packet.frame_count; ++frame) {
            std::array<std::int16_t, 512> pcm{};
            std::size_t written = 0;
            const ssize_t used =
                sbc_decode(&sbc_, packet.frames.data() + at, packet.frames.size() - at, pcm.data(),
                           sizeof pcm, &written);
            if (used <= 0) return false;
            at += static_cast<std::size_t>(used);
            const std::size_t channels = sbc_.mode == SBC_MODE_MONO ? 1 : 2;
            for (std::size_t i = 0; i < written / sizeof(std::int16_t); i += channels) {
                out.left.push_back(pcm[i]);
                out.right.push_back(pcm[i + channels - 1]);
            }
        }
        return at == packet.frames.size();
    }

    [[nodiscard]] const sbc_t& state() const { return sbc_; }

  private:
    sbc_t sbc_{};
};

}  // namespace

Decoded decode(const std::vector<MediaPacket>& packets) {
    Decoder decoder;
    Decoded out;
    out.starts.push_back(0);
    for (const MediaPacket& packet : packets) {
        if (!decoder.add(packet, out)) ++out.bad_packets;
        out.starts.push_back(out.left.size());
    }
    out.rate = rate_of(decoder.state());
    if (!packets.empty())
        out.codec = describe(decoder.state(), packets[packets.size() / 2].frame_count);
    return out;
}

}  // namespace lab
