// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/timeline.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tandem {
namespace {

constexpr double kFastHz = 1.0;
constexpr double kSlowHz = 0.05;
constexpr double kLockAge_s = 2.0;
constexpr double kLockJitter_ns = 10e6;
constexpr double kOutlier_ns = 20e6;
constexpr double kPatience_s = 0.5;
constexpr double kMostStretch = 2e-3;  // no sound card is off by more than 2000 ppm

}  // namespace

void Timeline::reset() noexcept {
    *this = Timeline(rate_);
}

void Timeline::start_at(Position position, Time time) noexcept {
    started_ = true;
    anchor_ = position;
    anchor_time_ = time;
    anchor_fraction_ns_ = 0;
    age_s_ = 0;
    mean_square_ns_ = 0;
}

double Timeline::offset_ns(Position position) const noexcept {
    // Nominal part in integers; only the small correction goes through a double.
    const Duration nominal = duration_of(position - anchor_, rate_);
    return static_cast<double>(nominal.count()) * stretch_ + anchor_fraction_ns_;
}

Time Timeline::time_of(Position position) const noexcept {
    return anchor_time_ + duration_of(position - anchor_, rate_) +
           Duration{std::llround(offset_ns(position))};
}

Position Timeline::position_at(Time time) const noexcept {
    const Duration since = time - anchor_time_;
    const double correction =
        anchor_fraction_ns_ + static_cast<double>(since.count()) * stretch_ / (1 + stretch_);
    return anchor_ + frames_in(since - Duration{std::llround(correction)}, rate_);
}

bool Timeline::is_outlier(double error_ns) const noexcept {
    return locked() && std::abs(error_ns) >= kOutlier_ns;
}

void Timeline::observe(Position position, Time time) noexcept {
    if (!started_) return start_at(position, time);
    if (position <= anchor_) return;
    const Duration nominal = duration_of(position - anchor_, rate_);
    const auto nominal_ns = static_cast<double>(nominal.count());
    const double seconds = nominal_ns / 1e9;
    const auto error_ns = static_cast<double>((time - time_of(position)).count());
    if (is_outlier(error_ns)) {
        // `seconds` spans all the outliers since the anchor, as the anchor did not move.
        if (seconds > kPatience_s) start_at(position, time);
        return;
    }
    age_s_ += seconds;
    const double bandwidth = std::clamp(1.0 / age_s_, kSlowHz, kFastHz);
    const double omega = std::min(2 * std::numbers::pi * bandwidth * seconds, 0.5);
    const double moved = offset_ns(position) + std::numbers::sqrt2 * omega * error_ns;
    const double floor = std::floor(moved);
    anchor_time_ += nominal + Duration{static_cast<std::int64_t>(floor)};
    anchor_fraction_ns_ = moved - floor;
    anchor_ = position;
    stretch_ =
        std::clamp(stretch_ + omega * omega * error_ns / nominal_ns, -kMostStretch, kMostStretch);
    const double share = std::min(1.0, seconds);
    mean_square_ns_ += share * (error_ns * error_ns - mean_square_ns_);
}

bool Timeline::locked() const noexcept {
    return started_ && age_s_ >= kLockAge_s && jitter_rms_ns() < kLockJitter_ns;
}

double Timeline::rate_ppm() const noexcept {
    return (1 / (1 + stretch_) - 1) * 1e6;
}

double Timeline::jitter_rms_ns() const noexcept {
    return std::sqrt(mean_square_ns_);
}

}  // namespace tandem
