// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/timeline.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tandem {
namespace {

constexpr double kFastHz = 1.0;
constexpr double kSlowHz = 0.003;
constexpr double kLockAge_s = 2.0;
constexpr double kLockJitter_ns = 10e6;
constexpr double kOutlier_ns = 20e6;
constexpr Duration kPatience = std::chrono::milliseconds{500};
constexpr double kMostStretch = 2e-3;  // no sound card is off by more than 2000 ppm
// Once locked, what is further off than jitter explains pulls no harder than this (Huber, 1964): a
// burst of lateness passes, a true step widens the jitter and is followed within seconds.
constexpr double kMostSigmas = 3;
constexpr double kLeastTrusted_ns = 1e6;
// After a gap an observation weighs as much as after this.
constexpr double kMostWeight_s = 0.03;
constexpr double kCoast_s = 1.0;
constexpr double kLetGo = 20e-6;  // seconds a second
// A mean error that no device's ticks explain says that a clock changed its rate.
constexpr double kMeanOver_s = 2.0;
constexpr double kMostMean_ns = 4e6;
constexpr double kAgeWhenOff_s = 20.0;  // a bandwidth of 0.05 Hz

}  // namespace

std::string_view name_of(TimelineState state) noexcept {
    switch (state) {
        case TimelineState::idle:
            return "idle";
        case TimelineState::locking:
            return "locking";
        case TimelineState::locked:
            return "locked";
    }
    return "unknown";
}

void Timeline::reset() noexcept {
    *this = Timeline(rate_);
}

void Timeline::expect_new_rate() noexcept {
    age_s_ = std::min(age_s_, kLockAge_s);
}

void Timeline::count_anew() noexcept {
    if (state_ != TimelineState::locked) return;
    coasting_s_ = kCoast_s;
    placing_error_ns_ = 0;
}

void Timeline::start_at(Position position, Time time) noexcept {
    state_ = TimelineState::locking;
    anchor_ = position;
    anchor_time_ = time;
    anchor_fraction_ns_ = 0;
    age_s_ = 0;
    mean_square_ns_ = 0;
    mean_ns_ = 0;
    coasting_s_ = 0;
    placing_error_ns_ = 0;
    outliers_ = 0;
}

double Timeline::offset_ns(Frames since_anchor) const noexcept {
    // Nominal part in integers; only the small correction goes through a double.
    const Duration nominal = duration_of(since_anchor, rate_);
    const double cut_off = cut_off_ns(since_anchor, rate_);
    return anchor_fraction_ns_ + cut_off +
           (static_cast<double>(nominal.count()) + cut_off) * stretch_;
}

Time Timeline::time_of(Position position) const noexcept {
    const Frames since = position - anchor_;
    return anchor_time_ + duration_of(since, rate_) + Duration{std::llround(offset_ns(since))};
}

Position Timeline::position_at(Time time) const noexcept {
    const Duration since = time - anchor_time_;
    const double correction =
        anchor_fraction_ns_ + static_cast<double>(since.count()) * stretch_ / (1 + stretch_);
    return anchor_ + frames_in(since - Duration{std::llround(correction)}, rate_);
}

Observed Timeline::observe(Position position, Time time) noexcept {
    if (!started()) {
        start_at(position, time);
        return Observed::followed;
    }
    if (position <= anchor_) return Observed::left_out;
    auto error_ns = static_cast<double>((time - time_of(position)).count());
    if (coasting_s_ <= 0) error_ns -= placing_error_ns_;
    if (std::abs(error_ns) >= kOutlier_ns) return leave_out(position, time, error_ns);
    follow(position, error_ns);
    return Observed::followed;
}

Observed Timeline::leave_out(Position position, Time time, double error_ns) noexcept {
    if (state_ == TimelineState::locking && error_ns < 0) {
        start_at(position, time);
        return Observed::followed;
    }
    if (outliers_++ == 0) outliers_from_ = position;
    if (duration_of(position - outliers_from_, rate_) < kPatience) return Observed::left_out;
    outliers_ = 0;
    if (state_ == TimelineState::locked) return Observed::parted;
    start_at(position, time);
    return Observed::followed;
}

void Timeline::follow(Position position, double error_ns) noexcept {
    outliers_ = 0;
    const Duration nominal = duration_of(position - anchor_, rate_);
    const double seconds = std::min(static_cast<double>(nominal.count()) / 1e9, kMostWeight_s);
    age_s_ += seconds;
    if (coasting_s_ > 0) {
        move_anchor(position, 0);
        coast(error_ns, seconds);
    } else {
        correct(position, error_ns, seconds);
    }
    if (age_s_ >= kLockAge_s && jitter_rms_ns() < kLockJitter_ns) state_ = TimelineState::locked;
}

void Timeline::coast(double error_ns, double seconds) noexcept {
    const double before = kCoast_s - coasting_s_;
    placing_error_ns_ += (error_ns - placing_error_ns_) * seconds / (before + seconds);
    coasting_s_ -= seconds;
}

void Timeline::correct(Position position, double error_ns, double seconds) noexcept {
    if (state_ == TimelineState::locked) {
        const double most = std::max(kMostSigmas * jitter_rms_ns(), kLeastTrusted_ns);
        error_ns = std::clamp(error_ns, -most, most);
    }
    const double bandwidth = std::clamp(1.0 / age_s_, kSlowHz, kFastHz);
    const double omega = std::min(2 * std::numbers::pi * bandwidth * seconds, 0.5);
    move_anchor(position, std::numbers::sqrt2 * omega * error_ns);
    stretch_ = std::clamp(stretch_ + omega * omega * error_ns / (seconds * 1e9), -kMostStretch,
                          kMostStretch);
    mean_square_ns_ += seconds * (error_ns * error_ns - mean_square_ns_);
    mean_ns_ += seconds / kMeanOver_s * (error_ns - mean_ns_);
    if (std::abs(mean_ns_) > kMostMean_ns) age_s_ = std::min(age_s_, kAgeWhenOff_s);
    const double let_go = std::min(std::abs(placing_error_ns_), kLetGo * seconds * 1e9);
    placing_error_ns_ -= std::copysign(let_go, placing_error_ns_);
}

void Timeline::move_anchor(Position position, double correction_ns) noexcept {
    const Frames since = position - anchor_;
    const double moved = offset_ns(since) + correction_ns;
    const double floor = std::floor(moved);
    anchor_time_ += duration_of(since, rate_) + Duration{static_cast<std::int64_t>(floor)};
    anchor_fraction_ns_ = moved - floor;
    anchor_ = position;
}

double Timeline::rate_ppm() const noexcept {
    return (1 / (1 + stretch_) - 1) * 1e6;
}

double Timeline::jitter_rms_ns() const noexcept {
    return std::sqrt(mean_square_ns_);
}

}  // namespace tandem
