// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/delay_plan.hpp"

#include <algorithm>

namespace tandem {

std::string_view name_of(LatencyOrigin origin) noexcept {
    switch (origin) {
        case LatencyOrigin::configured:
            return "configured";
        case LatencyOrigin::reported:
            return "reported";
        case LatencyOrigin::fallback:
            return "default";
    }
    return "unknown";
}

Latency choose_latency(std::optional<Duration> configured,
                       std::optional<Duration> reported) noexcept {
    if (configured) return {*configured, LatencyOrigin::configured};
    if (reported && *reported > Duration::zero() && *reported <= std::chrono::seconds{1})
        return {*reported, LatencyOrigin::reported};
    return {};
}

std::vector<Duration> plan_delays(std::span<const PlannedSink> sinks) {
    std::vector<Duration> delays;
    delays.reserve(sinks.size());
    for (const PlannedSink& sink : sinks)
        delays.push_back(sink.trim - (sink.source_latency + sink.latency));
    if (delays.empty()) return delays;
    const Duration least = *std::min_element(delays.begin(), delays.end());
    for (Duration& delay : delays)
        delay -= least;
    return delays;
}

}  // namespace tandem
