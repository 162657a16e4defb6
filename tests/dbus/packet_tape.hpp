// SPDX-License-Identifier: GPL-3.0-or-later
// What one speaker of the fake BlueZ gets, packet by packet, and whether it is what an encoder of
// its own makes of the same sound: a stream that nothing has disturbed.
#pragma once

#include <gtest/gtest.h>
#include <sbc/sbc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dbus/fake_bluez.hpp"
#include "fakes/sim_card.hpp"
#include "tandem/a2dp/sbc_encoder.hpp"
#include "tandem/audio/alignment.hpp"
#include "tandem/audio/wav.hpp"
#include "tandem/bus/loop.hpp"

namespace tandem::testing {

class PacketTape {
  public:
    PacketTape(Loop& loop, FakeBluez& bluez, std::string speaker)
        : bluez_(bluez),
          speaker_(std::move(speaker)),
          timer_(loop.every(std::chrono::milliseconds{20}, [this] { take(); })) {}

    [[nodiscard]] std::size_t size() const { return packets_.size(); }

    // What has been sent by now: packets wait in the socket while nobody runs the loop.
    void take() {
        for (auto packet = bluez_.receive(speaker_); !packet.empty();
             packet = bluez_.receive(speaker_))
            packets_.push_back(std::move(packet));
    }

    void expect_no_gap() const {
        for (std::size_t i = 1; i < packets_.size(); ++i) {
            ASSERT_EQ(static_cast<std::uint16_t>(number(i, 2, 2) - number(i - 1, 2, 2)), 1) << i;
            const auto length = static_cast<std::uint32_t>((packets_[i - 1][12] & 0x0f) * 128);
            ASSERT_EQ(static_cast<std::uint32_t>(number(i, 4, 4) - number(i - 1, 4, 4)), length)
                << i;
        }
    }

    // Every octet is what `config` makes of `sound` from some sample on, without a seam. Where this
    // machine was too busy to read what was sent, two thirds of the bits may carry it for a while.
    void expect_plain_encoding_of(std::span<const StereoFrame> sound,
                                  const SbcConfig& config) const {
        std::vector<Octets> got = frames(config);
        leave_out_what_came_before_the_sound(got);
        ASSERT_GT(got.size(), 100U);
        const auto begin = place_of(got, sound, config);
        ASSERT_TRUE(begin) << "the sound is not in the stream";
        SbcEncoder encoder(config);
        for (std::size_t i = 0; i < got.size(); ++i) {
            const int bitpool = got[i].at(kBitpoolAt);
            ASSERT_TRUE(bitpool == config.bitpool || bitpool == config.bitpool * 2 / 3) << bitpool;
            encoder.set_bitpool(bitpool);
            const auto made = encode(encoder, sound, *begin + i * 128);
            // An encoder remembers a little: the first frame of the two differs.
            if (i == 0) continue;
            ASSERT_EQ(made, got[i]) << "frame " << i << " of " << got.size();
        }
    }

    // Whether both channels of the newest frames are the same.
    [[nodiscard]] bool ends_in_mono(const SbcConfig& config) const {
        const std::vector<Octets> got = frames(config);
        const auto pcm = decode(std::span(got).last(8));
        return std::all_of(pcm.end() - 128, pcm.end(),
                           [](const StereoFrame& frame) { return frame.left == frame.right; });
    }

  private:
    [[nodiscard]] std::uint64_t number(std::size_t packet, std::size_t at, std::size_t size) const {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < size; ++i)
            value = value << 8 | packets_[packet][at + i];
        return value;
    }
    static constexpr std::size_t kHeaders = 13;   // bytes before a packet's first SBC frame
    static constexpr std::size_t kBitpoolAt = 2;  // in an SBC frame
    [[nodiscard]] std::vector<Octets> frames(SbcConfig config) const {
        std::vector<Octets> all;
        for (const Octets& packet : packets_) {
            config.bitpool = packet.at(kHeaders + kBitpoolAt);
            const auto length = static_cast<std::ptrdiff_t>(config.frame_bytes());
            for (auto at = packet.begin() + kHeaders; packet.end() - at >= length; at += length)
                all.emplace_back(at, at + length);
        }
        return all;
    }
    static Octets encode(SbcEncoder& encoder, std::span<const StereoFrame> sound, std::size_t at) {
        Octets octets(1024);
        octets.resize(encoder.encode(sound.subspan(at, 128), octets));
        return octets;
    }
    // A speaker may be there before the capture is: it gets silence first.
    static void leave_out_what_came_before_the_sound(std::vector<Octets>& got) {
        const auto pcm = decode(got);
        const auto sounds = std::find_if(pcm.begin(), pcm.end(), [](const StereoFrame& frame) {
            return std::abs(frame.left) > 1000;
        });
        const auto frames = (sounds - pcm.begin()) / 128;
        // The frame it begins in, and the one after it, whose filter remembers silence.
        const auto out = std::min<std::ptrdiff_t>(frames + 2, std::ssize(got));
        got.erase(got.begin(), got.begin() + out);
    }
    // Roughly by what is heard, then to the sample by the octets of a few frames.
    static std::optional<std::size_t> place_of(const std::vector<Octets>& got,
                                               std::span<const StereoFrame> sound,
                                               const SbcConfig& config) {
        if (got.size() < 8) return std::nullopt;
        const auto rough =
            find_piece(to_mono(decode(std::span(got).first(8))), to_mono(sound.first(10 * 48000)));
        if (!rough || rough->correlation < 0.5) return std::nullopt;
        const auto near = static_cast<std::size_t>(std::lround(rough->offset));
        for (std::size_t begin = near > 300 ? near - 300 : 0; begin < near + 300; ++begin) {
            SbcEncoder encoder(config);
            encoder.set_bitpool(got[4].at(kBitpoolAt));
            (void)encode(encoder, sound, begin + 3 * 128);
            if (encode(encoder, sound, begin + 4 * 128) == got[4]) return begin;
        }
        return std::nullopt;
    }
    static std::vector<StereoFrame> decode(std::span<const Octets> frames) {
        sbc_t sbc;
        sbc_init(&sbc, 0);
        std::vector<StereoFrame> pcm;
        for (const Octets& octets : frames) {
            std::array<StereoFrame, 128> frame{};
            std::size_t written = 0;
            sbc_decode(&sbc, octets.data(), octets.size(), frame.data(), sizeof frame, &written);
            pcm.insert(pcm.end(), frame.begin(), frame.end());
        }
        sbc_finish(&sbc);
        return pcm;
    }

    FakeBluez& bluez_;
    std::string speaker_;
    std::vector<Octets> packets_;
    Loop::Handle timer_;
};

// Noise in a file: no stretch of it is like another.
inline std::vector<StereoFrame> write_noise(const std::string& path, std::size_t seconds) {
    std::vector<StereoFrame> noise(seconds * 48000);
    for (std::size_t i = 0; i < noise.size(); ++i)
        noise[i] = test::noise_at(static_cast<std::int64_t>(i));
    WavWriter writer(path, SampleRate{48000});
    writer.write(noise);
    writer.close();
    return noise;
}

}  // namespace tandem::testing
