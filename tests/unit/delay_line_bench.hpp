// SPDX-License-Identifier: GPL-3.0-or-later
// Sines to read through a delay line, and how a chain reads.
#pragma once

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "tandem/timing/delay_line.hpp"

namespace tandem::test {

inline constexpr SampleRate kRate{48000};
inline constexpr double kSlew = 131.0 / 65536;

inline FineFrames fine(double frames) {
    return FineFrames::of_count(std::llround(frames * FineFrames::kPerFrame));
}

// A sine on the left, its cosine on the right, or silence.
struct Sine {
    double hz = 1000;
    double dbfs = -3;

    [[nodiscard]] double left(double at) const {
        return amplitude() * std::sin(2 * std::numbers::pi * hz / kRate.hz * at);
    }
    [[nodiscard]] double right(double at) const {
        return amplitude() * std::cos(2 * std::numbers::pi * hz / kRate.hz * at);
    }
    [[nodiscard]] double amplitude() const { return 32767 * std::pow(10, dbfs / 20); }
    // How far two samples that are `rate` frames apart differ at most.
    [[nodiscard]] double slope(double rate) const {
        return 2 * amplitude() * std::abs(std::sin(std::numbers::pi * hz / kRate.hz * rate));
    }
    [[nodiscard]] std::vector<StereoFrame> frames(std::int64_t from, std::int64_t count) const {
        std::vector<StereoFrame> out;
        for (std::int64_t at = from; at < from + count; ++at)
            out.push_back({static_cast<std::int16_t>(std::lround(left(static_cast<double>(at)))),
                           static_cast<std::int16_t>(std::lround(right(static_cast<double>(at))))});
        return out;
    }
};

// Reads block by block, as a chain does.
class Reader {
  public:
    Reader(const PcmHistory& history, FineFrames delay, Position at = Position{10'000})
        : line(history, kRate, delay), at(at) {}
    void read(std::int64_t frames) {
        for (; frames > 0; frames -= 128) {
            std::array<StereoFrame, 128> block;
            line.read(at, block);
            out.insert(out.end(), block.begin(), block.end());
            at += Frames{128};
        }
    }
    DelayLine line;
    Position at;
    std::vector<StereoFrame> out;
};

}  // namespace tandem::test
