// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/delay_plan.hpp"

#include <algorithm>
#include <utility>

#include "tandem/timing/latency_report.hpp"

namespace tandem {

std::string_view name_of(LatencyOrigin origin) noexcept {
    switch (origin) {
        case LatencyOrigin::configured:
            return "configured";
        case LatencyOrigin::measured:
            return "measured";
        case LatencyOrigin::reported:
            return "reported";
        case LatencyOrigin::remembered:
            return "remembered";
        case LatencyOrigin::fallback:
            return "default";
    }
    return "unknown";
}

Latency choose_latency(const LatencySources& sources) noexcept {
    if (sources.configured) return {*sources.configured, LatencyOrigin::configured, {}};
    for (const auto& [known, origin] : {std::pair(sources.measured, LatencyOrigin::measured),
                                        std::pair(sources.reported, LatencyOrigin::reported),
                                        std::pair(sources.remembered, LatencyOrigin::remembered)})
        if (known && is_sane_latency(known->value)) return {known->value, origin, known->age};
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
