// SPDX-License-Identifier: GPL-3.0-or-later
// How a speaker bends its playout rate to the sender's clock, so that its buffer neither fills up
// nor runs dry. Thread: one.
//
// x is the buffer's error in seconds (positive: too full), f the unknown difference of the clocks,
// u the correction; the rate of playout is 1 + f + u, so
//     dx/dt = -(f + u).
// With u = 2 w x + I and dI/dt = w^2 x this gives x'' + 2 w x' + w^2 x = 0: critically damped with
// the angular frequency w, and I settles at -f. An f of 100 ppm that sets in at once moves x by at
// most f / (e w). The loop begins fast, to find f before the error is large, and becomes slow, so
// that the jitter of arrivals hardly moves the sound: w = kStart / age, within two bounds. x is
// smoothed with a corner at 8 w first: what one packet's lateness does to u would act until the
// next packet, for a time that the lateness itself has shortened, and so pull u to one side.
#pragma once

#include <algorithm>
#include <cmath>

namespace tandem {

class PlayoutServo {
  public:
    static constexpr double kFastest = 0.5;  // rad/s
    static constexpr double kSlowest = 0.06;
    static constexpr double kSmoothing = 8;
    static constexpr double kStart = 1.5;               // rad
    static constexpr double kLargestCorrection = 1e-3;  // twice what crystals in speakers show
    static constexpr double kLargestError = 0.01;       // s; beyond it is an outage, not a drift

    constexpr PlayoutServo() = default;
    // With other bounds of w, in rad/s.
    constexpr PlayoutServo(double fastest, double slowest) : fastest_(fastest), slowest_(slowest) {}

    // `error` in seconds was seen `elapsed` seconds (of audio received) after the one before.
    void observe(double error, double elapsed) noexcept {
        age_ += elapsed;
        const double w = std::clamp(kStart / std::max(age_, 1e-3), slowest_, fastest_);
        const double x = std::clamp(error, -kLargestError, kLargestError);
        error_ += (1 - std::exp(-kSmoothing * w * elapsed)) * (x - error_);
        drift_ = bounded(drift_ + w * w * error_ * elapsed);
        correction_ = bounded(2 * w * error_ + drift_);
    }
    // The sound begins anew; what was learned about the clocks stays.
    void restart() noexcept {
        error_ = 0;
        correction_ = drift_;
    }
    [[nodiscard]] double correction() const noexcept { return correction_; }

  private:
    static double bounded(double value) noexcept {
        return std::clamp(value, -kLargestCorrection, kLargestCorrection);
    }

    double fastest_ = kFastest;
    double slowest_ = kSlowest;
    double age_ = 0;    // s
    double error_ = 0;  // x, smoothed
    double drift_ = 0;  // I above
    double correction_ = 0;
};

}  // namespace tandem
