// SPDX-License-Identifier: GPL-3.0-or-later
// Three ways in which speakers bend their playout to what arrives, so that their buffer neither
// fills up nor runs dry. Each is told, with every packet, by how much the buffer is too full (in
// seconds) and how much audio came since the packet before, and answers with the share by which to
// play faster. Thread: one.
#pragma once

#include <algorithm>
#include <cmath>
#include <variant>

#include "tandem/model/playout_servo.hpp"

namespace tandem::sim {

// A loop that starts wide and stays at a twentieth of a hertz: quick, and so it follows the air's
// jitter more than PlayoutServo does. The same law: u = 2 w x + I, dI/dt = w^2 x, x smoothed.
class QuickServo {
  public:
    void observe(double error, double elapsed) noexcept {
        age_ += elapsed;
        const double w = std::clamp(2.0 / age_, 0.1, 0.4);
        smooth_ += std::min(1.0, 6 * w * elapsed) * (std::clamp(error, -0.01, 0.01) - smooth_);
        drift_ = std::clamp(drift_ + w * w * smooth_ * elapsed, -kMost, kMost);
        correction_ = std::clamp(2 * w * smooth_ + drift_, -kMost, kMost);
    }
    void restart() noexcept {
        age_ = smooth_ = 0;
        correction_ = drift_;
    }
    [[nodiscard]] double correction() const noexcept { return correction_; }

  private:
    static constexpr double kMost = 1e-3;
    double age_ = 0;
    double smooth_ = 0;
    double drift_ = 0;
    double correction_ = 0;
};

// An audio PLL that knows steps of 2 ppm only, set anew once in two seconds from the mean of the
// buffer's level over them.
class SteppedPll {
  public:
    void observe(double error, double elapsed) noexcept {
        sum_ += std::clamp(error, -0.01, 0.01) * elapsed;
        gathered_ += elapsed;
        if (gathered_ < kEvery) return;
        const double mean = sum_ / gathered_;
        age_ += gathered_;
        const double w = std::clamp(2.0 / age_, 0.06, 0.25);
        drift_ = std::clamp(drift_ + w * w * mean * gathered_, -1e-3, 1e-3);
        correction_ = std::round((2 * w * mean + drift_) / kStep) * kStep;
        sum_ = gathered_ = 0;
    }
    void restart() noexcept {
        age_ = sum_ = gathered_ = 0;
        correction_ = std::round(drift_ / kStep) * kStep;
    }
    [[nodiscard]] double correction() const noexcept { return correction_; }

  private:
    static constexpr double kEvery = 2;  // s
    static constexpr double kStep = 2e-6;
    double age_ = 0;
    double sum_ = 0;
    double gathered_ = 0;
    double drift_ = 0;
    double correction_ = 0;
};

using Regulation = std::variant<PlayoutServo, QuickServo, SteppedPll>;

}  // namespace tandem::sim
