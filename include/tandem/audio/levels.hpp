// SPDX-License-Identifier: GPL-3.0-or-later
// Peak and RMS level of audio. Thread: one at a time. Real-time safe: yes, except levels().
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "tandem/audio/frame.hpp"

namespace tandem {

inline constexpr double kSilenceDbfs = -120.0;  // stands for digital silence

// The peak of a full-scale sine is 0 dBFS, its RMS -3.01.
struct ChannelLevel {
    double peak_dbfs = kSilenceDbfs;
    double rms_dbfs = kSilenceDbfs;
};

struct Levels {
    ChannelLevel left;
    ChannelLevel right;
};

// Measures what was added since the last reset().
class LevelMeter {
  public:
    void add(std::span<const StereoFrame> block) noexcept {
        count_ += block.size();
        while (!block.empty()) {
            const auto piece = block.first(std::min(block.size(), kMostAtOnce));
            left_.add(piece, &StereoFrame::left);
            right_.add(piece, &StereoFrame::right);
            block = block.subspan(piece.size());
        }
    }
    void reset() noexcept { *this = LevelMeter{}; }
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] int peak() const noexcept { return std::max(left_.peak, right_.peak); }
    [[nodiscard]] Levels levels() const noexcept {
        return {left_.level(count_), right_.level(count_)};
    }

  private:
    static constexpr std::size_t kMostAtOnce = 65536;  // of 16 bits each, in 32

    struct Channel {
        int peak = 0;                   // 0..32768
        std::uint64_t sum_squares = 0;  // overflows after 99 hours of full scale at 48 kHz

        // Sums the halves of the squares by themselves, each in 32 bits: compilers make vectors of
        // that for every processor.
        void add(std::span<const StereoFrame> block, std::int16_t StereoFrame::*channel) noexcept {
            std::uint32_t high = 0;
            std::uint32_t low = 0;
            int most = peak;
            for (const StereoFrame& frame : block) {
                const int sample = frame.*channel;
                const auto square = static_cast<std::uint32_t>(sample * sample);
                high += square >> 16;
                low += square & 0xffff;
                most = std::max(most, std::abs(sample));
            }
            peak = most;
            sum_squares += (std::uint64_t{high} << 16) + low;
        }
        [[nodiscard]] ChannelLevel level(std::uint64_t count) const noexcept {
            if (count == 0) return {};
            const double mean = static_cast<double>(sum_squares) / static_cast<double>(count);
            return {to_dbfs(peak), to_dbfs(std::sqrt(mean))};
        }
    };
    static double to_dbfs(double amplitude) noexcept {
        if (amplitude <= 0) return kSilenceDbfs;
        return std::max(kSilenceDbfs, 20.0 * std::log10(amplitude / 32768.0));
    }

    Channel left_;
    Channel right_;
    std::uint64_t count_ = 0;
};

}  // namespace tandem
