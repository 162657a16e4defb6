// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/latency_report.hpp"

#include <algorithm>
#include <utility>

namespace tandem {
namespace {

// No radio and no jitter buffer does with less: what reports less reports nothing, or in another
// unit.
constexpr Duration kLeastLatency = std::chrono::milliseconds{20};
constexpr Duration kMostLatency = std::chrono::seconds{1};
constexpr int kUnsteadyChanges = 3;

bool same(Duration a, Duration b) noexcept {
    return std::chrono::abs(a - b) < LatencyReport::kSame;
}

}  // namespace

bool is_sane_latency(Duration latency) noexcept {
    return latency >= kLeastLatency && latency <= kMostLatency;
}

void LatencyReport::remember(Duration latency) noexcept {
    if (!is_sane_latency(latency)) return;
    value_ = latency;
    origin_ = Origin::remembered;
}

void LatencyReport::start_stream() noexcept {
    if (origin_ == Origin::reported) origin_ = Origin::remembered;
    candidate_.reset();
    changes_ = 0;
    absurd_told_ = false;
    unsteady_told_ = false;
}

void LatencyReport::count_change(Time now) noexcept {
    const bool close = changes_ > 0 && now - last_change_ <= kQuiet;
    changes_ = close ? changes_ + 1 : 1;
    still_ = close ? std::min(still_ * 2, kLongestStill) : kStill;
    last_change_ = now;
}

LatencyReport::News LatencyReport::report(Duration latency, Time now) noexcept {
    if (!is_sane_latency(latency))
        return std::exchange(absurd_told_, true) ? News::none : News::absurd;
    heard_ = now;
    if (origin_ != Origin::reported) {
        origin_ = Origin::reported;
        value_ = latency;
        return News::taken;
    }
    if (candidate_ && same(latency, *candidate_)) return News::none;
    if (!candidate_ && same(latency, *value_)) return News::none;
    count_change(now);
    candidate_.reset();
    if (!same(latency, *value_)) {
        candidate_ = latency;
        due_ = now + still_;
    }
    if (changes_ < kUnsteadyChanges || std::exchange(unsteady_told_, true)) return News::none;
    return News::unsteady;
}

LatencyReport::News LatencyReport::settle(Time now) noexcept {
    if (!candidate_ || now < due_) return News::none;
    value_ = std::exchange(candidate_, std::nullopt);
    return News::taken;
}

std::optional<Time> LatencyReport::due() const noexcept {
    return candidate_ ? std::optional(due_) : std::nullopt;
}

}  // namespace tandem
