// SPDX-License-Identifier: GPL-3.0-or-later
// How much each sink is delayed so that all sound together: a pure function. Thread: any.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tandem/timing/units.hpp"

namespace tandem {

enum class LatencyOrigin { configured, reported, fallback };
[[nodiscard]] std::string_view name_of(LatencyOrigin origin) noexcept;

struct Latency {
    Duration value{std::chrono::milliseconds{150}};
    LatencyOrigin origin = LatencyOrigin::fallback;
};

// Configured, else reported over AVDTP, else 150 ms. A report of 0 (none) or of more than a second
// is no latency a speaker has: it is left out.
[[nodiscard]] Latency choose_latency(std::optional<Duration> configured,
                                     std::optional<Duration> reported) noexcept;

struct PlannedSink {
    Duration source_latency{};  // S: packet length plus guard
    Duration latency{};         // L: from the arrival of a packet to sound
    Duration trim{};            // t: larger = plays later
};

// With T_i = t_i - (S_i + L_i): D_i = T_i - min T. The slowest sink gets 0; all are >= 0.
// Example: latencies 120 ms and 210 ms, equal packets, no trims: 90 ms and 0 ms.
[[nodiscard]] std::vector<Duration> plan_delays(std::span<const PlannedSink> sinks);

}  // namespace tandem
