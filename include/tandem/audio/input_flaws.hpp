// SPDX-License-Identifier: GPL-3.0-or-later
// Detects clipping, DC offset and mains hum in an input. Thread: one at a time. Real-time safe:
// yes.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "tandem/audio/frame.hpp"
#include "tandem/audio/levels.hpp"
#include "tandem/base/units.hpp"

namespace tandem {

// Sound that consists almost only of the mains frequency and its first two overtones.
struct Hum {
    int hz = 0;  // 50 or 60; 0 if there is none
    double rms_dbfs = kSilenceDbfs;
};

// Over about a second.
struct InputFlaws {
    std::uint64_t clippings = 0;  // runs of at least three samples at full scale
    double offset_left = 0;       // the mean, as a fraction of full scale
    double offset_right = 0;
    Hum hum;
};

// Measures what was added since the last reset(). The expensive part works on means of 32 frames,
// which is enough up to 180 Hz.
class FlawMeter {
  public:
    explicit FlawMeter(SampleRate rate) noexcept;

    void add(std::span<const StereoFrame> block) noexcept;
    void reset() noexcept;
    [[nodiscard]] InputFlaws flaws() const noexcept;

  private:
    static constexpr std::size_t kTogether = 32;
    static constexpr std::size_t kBins = 6;  // 50, 100, 150, 60, 120 and 180 Hz

    struct Channel {
        int sum = 0;            // of the frames since the last mean
        std::int64_t all = 0;   // of all frames
        int at_full_scale = 0;  // samples in a row
    };
    // One frequency, by G. Goertzel, "An algorithm for the evaluation of finite trigonometric
    // series" (1958).
    struct Bin {
        double angle = 0;  // per mean, in radians
        double twice_cosine = 0;
        double newest = 0;
        double before = 0;
        [[nodiscard]] double mean_square(double count, double offset) const noexcept;
    };

    void look_for_clipping(std::span<const StereoFrame> block) noexcept;
    void take_full_scale(Channel& channel, int sample) noexcept;
    void take_together() noexcept;
    [[nodiscard]] Hum hum() const noexcept;

    Channel left_;
    Channel right_;
    std::array<Bin, kBins> bins_{};
    std::uint64_t clippings_ = 0;
    std::size_t gathered_ = 0;  // frames in the next mean
    double together_ = 0;       // number of means
    double squares_ = 0;        // of both channels' mean
};

}  // namespace tandem
