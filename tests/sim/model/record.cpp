// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/model/record.hpp"

namespace tandem::sim {

Course course_of(std::span<const Mean> days) noexcept {
    const std::size_t third = std::max<std::size_t>(1, days.size() / 3);
    Mean first;
    Mean last;
    for (std::size_t i = 0; i < third && i < days.size(); ++i) {
        first.add(days[i].value());
        last.add(days[days.size() - 1 - i].value());
    }
    return {first.value(), last.value()};
}

void Record::finish_hour() {
    HourOfSkew hour;
    hour.count = hour_.size();
    if (!hour_.empty()) {
        std::sort(hour_.begin(), hour_.end());
        const auto at = [&](double part) {
            return hour_[static_cast<std::size_t>(part * static_cast<double>(hour_.size() - 1))];
        };
        hour.low_ms = at(0.001);
        hour.median_ms = at(0.5);
        hour.high_ms = at(0.999);
    }
    hours_.push_back(hour);
    hour_.clear();
}

void Record::add_skew(double ms, Time at, Excuse excuse) {
    if (excuse != Excuse::none) {
        excused_[static_cast<std::size_t>(excuse)].add(ms);
        return;
    }
    const auto hour = static_cast<std::size_t>((at - start_) / std::chrono::hours{1});
    while (hours_.size() < hour)
        finish_hour();
    skew_.add(ms);
    hour_.push_back(ms);
}

const std::vector<HourOfSkew>& Record::hours() {
    if (!hour_.empty()) finish_hour();
    return hours_;
}

void Record::add_latency(std::size_t sink, double excess_ms, double level_ms, Time at) {
    const auto day = static_cast<std::size_t>((at - start_) / std::chrono::hours{24});
    SinkRecord& record = sinks[sink];
    record.excess_ms.resize(std::max(record.excess_ms.size(), day + 1));
    record.level_ms.resize(std::max(record.level_ms.size(), day + 1));
    record.excess_ms[day].add(excess_ms);
    record.level_ms[day].add(level_ms);
}

}  // namespace tandem::sim
