// SPDX-License-Identifier: GPL-3.0-or-later
// What spoils an input, heard in its sound: clipping, an offset, mains hum. Thread: one. Real-time
// safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "tandem/audio/frame.hpp"
#include "tandem/audio/levels.hpp"
#include "tandem/base/units.hpp"

namespace tandem {

// A sound that is little else than mains frequency and its first two overtones.
struct Hum {
    int hz = 0;  // 50 or 60; 0: none was heard
    double rms_dbfs = kSilenceDbfs;
};

// Of a stretch of about a second.
struct InputFlaws {
    std::uint64_t clippings = 0;  // stretches of three samples and more at full scale
    double offset_left = 0;       // the mean, in parts of full scale
    double offset_right = 0;
    Hum hum;
};

// Gathers blocks; flaws() tells what came since the last reset(). What costs is done for each
// thirty-second frame only: up to 180 Hz their mean is as good as the frames themselves.
class FlawMeter {
  public:
    explicit FlawMeter(SampleRate rate) noexcept;

    void add(std::span<const StereoFrame> block) noexcept;
    void reset() noexcept;
    [[nodiscard]] InputFlaws flaws() const noexcept;

  private:
    static constexpr int kTogether = 32;
    static constexpr std::size_t kBins = 6;  // 50, 100, 150, 60, 120 and 180 Hz

    struct Channel {
        int sum = 0;            // of the frames not yet put together
        std::int64_t all = 0;   // of all that were
        int at_full_scale = 0;  // samples in a row
    };
    // One frequency, by G. Goertzel, "An algorithm for the evaluation of finite trigonometric
    // series" (1958).
    struct Bin {
        double angle = 0;  // of one value, in radians
        double twice_cosine = 0;
        double newest = 0;
        double before = 0;
        [[nodiscard]] double mean_square(double count, double offset) const noexcept;
    };

    void take(Channel& channel, int sample) noexcept;
    void take_together() noexcept;
    [[nodiscard]] Hum hum() const noexcept;

    Channel left_;
    Channel right_;
    std::array<Bin, kBins> bins_{};
    std::uint64_t clippings_ = 0;
    int gathered_ = 0;     // frames of the next one that is put together
    double together_ = 0;  // how many were
    double squares_ = 0;   // of both channels' mean
};

}  // namespace tandem
