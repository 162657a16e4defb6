// SPDX-License-Identifier: GPL-3.0-or-later
// A synthesised recording of the radio: noise, encoded and sent as a bridge would, with whatever
// faults a test wants.
#pragma once

#include <sbc/sbc.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <stdexcept>
#include <vector>

#include "capture.hpp"
#include "wav.hpp"

namespace lab::test {

inline constexpr Time kStart = std::chrono::seconds{1'700'000'000};  // when frame 0 was at the aux
inline constexpr std::int64_t kFramesPerPacket = 8;
inline constexpr std::int64_t kSamplesPerPacket = kFramesPerPacket * 128;

inline Time at_aux(std::int64_t frame) {
    return kStart + Time{frame * 1'000'000'000 / 48000};
}

class Encoder {
  public:
    Encoder() {
        sbc_init(&sbc_, 0);
        sbc_.frequency = SBC_FREQ_48000;
        sbc_.mode = SBC_MODE_JOINT_STEREO;
        sbc_.subbands = SBC_SB_8;
        sbc_.blocks = SBC_BLK_16;
        sbc_.allocation = SBC_AM_LOUDNESS;
        sbc_.bitpool = 51;
        sbc_.endian = SBC_LE;
    }
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;
    ~Encoder() { sbc_finish(&sbc_); }

    std::vector<std::uint8_t> encode(const Sound& sound, std::int64_t from) {
        std::vector<std::uint8_t> out;
        for (std::int64_t frame = 0; frame < kFramesPerPacket; ++frame) {
            std::array<std::uint8_t, 512> coded{};
            ssize_t written = 0;
            sbc_encode(&sbc_, &sound.samples.at(static_cast<std::size_t>(2 * (from + 128 * frame))),
                       512, coded.data(), coded.size(), &written);
            out.insert(out.end(), coded.begin(), coded.begin() + written);
        }
        return out;
    }

  private:
    sbc_t sbc_{};
};

class Tape {
  public:
    Tape() { bytes_ = {'b', 't', 's', 'n', 'o', 'o', 'p', 0, 0, 0, 0, 1, 0, 0, 0x07, 0xd1}; }

    void add(int adapter, int opcode, Time time, std::span<const std::uint8_t> data) {
        put(data.size(), 4);
        put(data.size(), 4);
        put(static_cast<std::uint64_t>(adapter << 16 | opcode), 4);
        put(0, 4);
        put(static_cast<std::uint64_t>(time.count() / 1000) + 0x00dcddb30f2f8000, 8);
        bytes_.insert(bytes_.end(), data.begin(), data.end());
    }

    void new_adapter(int adapter) {
        const std::uint8_t last = static_cast<std::uint8_t>(adapter);
        add(adapter, kNewIndex, kStart, std::array<std::uint8_t, 8>{0, 0, last, 0, 0, 0, 0, 0xAA});
    }

    void disconnect(int adapter, Time time) {
        add(adapter, kEventReceived, time, std::array<std::uint8_t, 6>{0x05, 4, 0, 42, 0, 0x13});
    }

    // The last fragment arrives at `arrival`, the first one 2 ms before it.
    void media(int adapter, Time arrival, std::uint16_t sequence, std::uint32_t timestamp,
               const std::vector<std::uint8_t>& frames) {
        const auto length = static_cast<std::uint16_t>(frames.size() + 13);
        std::vector<std::uint8_t> l2cap{low(length), high(length), 0x41,           0,
                                        0x80,        96,           high(sequence), low(sequence)};
        for (int shift = 24; shift >= 0; shift -= 8)
            l2cap.push_back(static_cast<std::uint8_t>(timestamp >> shift));
        l2cap.insert(l2cap.end(), {0, 0, 0, 1, static_cast<std::uint8_t>(kFramesPerPacket)});
        l2cap.insert(l2cap.end(), frames.begin(), frames.end());
        constexpr std::size_t kCut = 300;
        acl(adapter, arrival - std::chrono::milliseconds{2}, 2, std::span{l2cap}.first(kCut));
        acl(adapter, arrival, 1, std::span{l2cap}.subspan(kCut));
    }

    [[nodiscard]] std::map<int, SpeakerTrace> play() const {
        return extract_media(parse_btsnoop(bytes_));
    }

  private:
    static std::uint8_t low(std::size_t value) { return static_cast<std::uint8_t>(value & 0xff); }
    static std::uint8_t high(std::size_t value) {
        return static_cast<std::uint8_t>(value >> 8 & 0xff);
    }
    void put(std::uint64_t value, int size) {
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
            bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    void acl(int adapter, Time time, int boundary, std::span<const std::uint8_t> part) {
        std::vector<std::uint8_t> data{42, static_cast<std::uint8_t>(boundary << 4),
                                       low(part.size()), high(part.size())};
        data.insert(data.end(), part.begin(), part.end());
        add(adapter, kAclReceived, time, data);
    }

    std::vector<std::uint8_t> bytes_;
};

// A stream of the sound to one adapter. The hooks see each packet's number and may change what is
// sent, when, or whether.
struct Stream {
    Time latency = std::chrono::milliseconds{40};  // of the packet's first sample
    std::function<std::int64_t(int)> content = [](int k) { return k * kSamplesPerPacket; };
    std::function<Time(int)> late = [](int) { return Time{0}; };
    std::function<bool(int)> lost = [](int) { return false; };
    std::function<int(int)> number = [](int k) { return k; };

    void onto(Tape& tape, int adapter, const Sound& sound) const {
        Encoder encoder;
        tape.new_adapter(adapter);
        const auto packets = static_cast<int>(sound.frames() / kSamplesPerPacket) - 2;
        for (int k = 0; k < packets; ++k) {
            const auto frames = encoder.encode(sound, content(k));
            if (lost(k)) continue;
            const int n = number(k);
            tape.media(adapter, at_aux(k * kSamplesPerPacket) + latency + late(k),
                       static_cast<std::uint16_t>(n),
                       static_cast<std::uint32_t>(n * kSamplesPerPacket), frames);
        }
    }
};

}  // namespace lab::test
