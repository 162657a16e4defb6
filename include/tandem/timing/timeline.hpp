// SPDX-License-Identifier: GPL-3.0-or-later
// The one shared clock: maps stream positions to CLOCK_MONOTONIC and back.
//
// A second-order delay-locked loop over (position, time) observations, after F. Adriaensen, "Using
// a DLL to filter time" (2005): with a bandwidth B and an observation every dt seconds,
// w = 2 pi B dt, the predicted time is corrected by sqrt(2) w e and the rate by w^2 e / dt, where e
// is the observed minus the predicted time. B falls from 1 Hz to 0.003 Hz as 1 / (age of the lock):
// 0.05 Hz after 20 s. A mean error of 4 ms makes the lock young again: a clock changed its rate
// (NTP slews CLOCK_MONOTONIC). Once locked, e counts at most as three times the jitter's rms (but
// at least as 1 ms). Exact over any length: the state is one anchor (int64 position, int64 time and
// a fraction of a nanosecond) that moves along; nothing is summed up from the start.
//
// Thread: engine, all functions but the constructor, which any may call. Real-time safe: all of
// them; each takes the same few operations, whatever came before.
#pragma once

#include <string_view>

#include "tandem/base/units.hpp"

namespace tandem {

enum class TimelineState {
    idle,     // nothing was observed yet
    locking,  // may still start anew
    locked,   // never steps again
};
[[nodiscard]] std::string_view name_of(TimelineState state) noexcept;

// What became of an observation.
enum class Observed {
    followed,
    left_out,  // an outlier, or not after the one before
    parted,  // locked, and everything for half a second was an outlier: the device's count and the
             // clock have parted. The line stays; the caller is to count positions anew from it.
};

class Timeline {
  public:
    explicit Timeline(SampleRate rate) noexcept : rate_(rate) {}

    // Forgets everything; the next observation is believed as it is.
    void reset() noexcept;
    // Another device: the line goes on as it is, but is ready for another rate.
    void expect_new_rate() noexcept;
    // The device counts anew, and a single observation said where that is on the line. So the line
    // coasts for a second of observations; what they are off in the mean is the placing's own
    // error, which is then let go at 20 ppm. Without effect while locking.
    void count_anew() noexcept;

    // "What stands at `position` was captured at `time`." Positions never go back. An observation
    // that is off by more than 20 ms is an outlier. While locking, one that is that early (nothing
    // is ever seen too early, so those before were late) or half a second of late ones start anew.
    Observed observe(Position position, Time time) noexcept;

    [[nodiscard]] bool started() const noexcept { return state_ != TimelineState::idle; }
    // Locked after two seconds of observations, with a jitter under 10 ms rms.
    [[nodiscard]] TimelineState state() const noexcept { return state_; }

    // Inverse functions (to a frame). Before the first observation: position 0 at Time{}.
    [[nodiscard]] Time time_of(Position position) const noexcept;
    [[nodiscard]] Position position_at(Time time) const noexcept;

    [[nodiscard]] SampleRate rate() const noexcept { return rate_; }
    // How much faster than nominal the capture runs, parts per million.
    [[nodiscard]] double rate_ppm() const noexcept;
    // Root mean square of (observed - predicted) over about a second, in nanoseconds.
    [[nodiscard]] double jitter_rms_ns() const noexcept;

  private:
    [[nodiscard]] double offset_ns(Frames since_anchor) const noexcept;
    [[nodiscard]] Observed leave_out(Position position, Time time, double error_ns) noexcept;
    void follow(Position position, double error_ns) noexcept;
    void move_anchor(Position position, double correction_ns) noexcept;
    void coast(double error_ns, double seconds) noexcept;
    void correct(Position position, double error_ns, double seconds) noexcept;
    void start_at(Position position, Time time) noexcept;

    SampleRate rate_;
    TimelineState state_ = TimelineState::idle;
    Position anchor_{0};
    Time anchor_time_{};
    double anchor_fraction_ns_ = 0;  // added to anchor_time_
    double stretch_ = 0;             // seconds per nominal second, minus one
    double age_s_ = 0;               // observed time since the lock began
    double mean_square_ns_ = 0;
    double mean_ns_ = 0;           // of the error, over some seconds
    double coasting_s_ = 0;        // seconds of it that are left
    double placing_error_ns_ = 0;  // while coasting the mean so far, then what is left of it
    int outliers_ = 0;             // in a row
    Position outliers_from_{0};    // the first of them
};

}  // namespace tandem
