// SPDX-License-Identifier: GPL-3.0-or-later
// A crystal as it is in a cheap device: off by so much, and by a little more or less with the
// temperature, which follows the day and the heating. Thread: any.
#pragma once

#include <cmath>
#include <numbers>

#include "tandem/base/units.hpp"

namespace tandem::sim {

struct Crystal {
    double ppm = 0;
    double daily_ppm = 0;    // swing over 24 h
    double heating_ppm = 0;  // swing over 20 min
    double phase = 0;        // rad, of both

    // How fast its clock runs at `time`; 1 is right.
    [[nodiscard]] double rate_at(Time time) const noexcept {
        const double s = static_cast<double>(time.time_since_epoch().count()) / 1e9;
        const auto swing = [&](double period_s) {
            return std::sin(2 * std::numbers::pi * s / period_s + phase);
        };
        return 1 + 1e-6 * (ppm + daily_ppm * swing(86'400) + heating_ppm * swing(1'200));
    }
};

// Counts a crystal's ticks, `nominal_hz` of them in a second when it is right. The rate is taken
// once a second: the temperature moves it by less than 1e-8 in this time, and that is the model.
class CrystalCounter {
  public:
    CrystalCounter(const Crystal& crystal, double nominal_hz, Time start) noexcept
        : crystal_(crystal), hz_(nominal_hz), from_(start), until_(start) {
        follow(start);
    }

    // Ticks from the start to `time`. Later than any time of follow() by a second at most.
    [[nodiscard]] double count_at(Time time) const noexcept {
        return base_ + ns(time - from_) * per_ns_;
    }
    // When `count` was or will be reached; good to a nanosecond for a few seconds around now.
    [[nodiscard]] Time time_of(double count) const noexcept {
        return from_ + Duration{static_cast<std::int64_t>((count - base_) / per_ns_)};
    }
    // Times never go back here.
    void follow(Time now) noexcept {
        while (now >= until_) {
            base_ += ns(until_ - from_) * per_ns_;
            from_ = until_;
            until_ += std::chrono::seconds{1};
            per_ns_ = hz_ * 1e-9 * crystal_.rate_at(from_);
        }
    }
    [[nodiscard]] double per_ns() const noexcept { return per_ns_; }

  private:
    static double ns(Duration duration) noexcept { return static_cast<double>(duration.count()); }

    Crystal crystal_;
    double hz_;
    Time from_;  // the present second
    Time until_;
    double base_ = 0;  // ticks at from_: 2^53 of them last longer than any run
    double per_ns_ = 0;
};

}  // namespace tandem::sim
