// SPDX-License-Identifier: GPL-3.0-or-later
// The one shared clock: maps stream positions to CLOCK_MONOTONIC and back.
//
// A second-order delay-locked loop over (position, time) observations, after F. Adriaensen, "Using
// a DLL to filter time" (2005): with a bandwidth B and an observation every dt seconds,
// w = 2 pi B dt, the predicted time is corrected by sqrt(2) w e and the rate by w^2 e / dt, where e
// is the observed minus the predicted time. B falls from 1 Hz to 0.05 Hz as 1 / (age of the lock).
// Exact over any length: the state is one anchor (int64 position, int64 time and a fraction of a
// nanosecond) that moves along; nothing is summed up from the start.
//
// Thread: engine. Real-time safe.
#pragma once

#include "tandem/timing/units.hpp"

namespace tandem {

class Timeline {
  public:
    explicit Timeline(SampleRate rate) noexcept : rate_(rate) {}

    // Forgets everything; the next observation is believed as it is.
    void reset() noexcept;

    // "What stands at `position` was captured at `time`." Positions never go back. An observation
    // that is off by more than 20 ms once locked is left out; half a second of nothing but such
    // observations starts the lock anew from where the stream is.
    void observe(Position position, Time time) noexcept;

    [[nodiscard]] bool started() const noexcept { return started_; }
    // Two seconds of observations, and jitter under 10 ms rms.
    [[nodiscard]] bool locked() const noexcept;

    // Inverse functions (to a frame). Before the first observation: position 0 at Time{}.
    [[nodiscard]] Time time_of(Position position) const noexcept;
    [[nodiscard]] Position position_at(Time time) const noexcept;

    [[nodiscard]] SampleRate rate() const noexcept { return rate_; }
    // How much faster than nominal the capture runs, parts per million.
    [[nodiscard]] double rate_ppm() const noexcept;
    // Root mean square of (observed - predicted) over about a second, in nanoseconds.
    [[nodiscard]] double jitter_rms_ns() const noexcept;

  private:
    [[nodiscard]] double offset_ns(Position position) const noexcept;
    [[nodiscard]] bool is_outlier(double error_ns) const noexcept;
    void start_at(Position position, Time time) noexcept;

    SampleRate rate_;
    bool started_ = false;
    Position anchor_{0};
    Time anchor_time_{};
    double anchor_fraction_ns_ = 0;  // added to anchor_time_
    double stretch_ = 0;             // seconds per nominal second, minus one
    double age_s_ = 0;               // observed time since the lock began
    double mean_square_ns_ = 0;
};

}  // namespace tandem
