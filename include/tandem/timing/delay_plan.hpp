// SPDX-License-Identifier: GPL-3.0-or-later
// How much each sink is delayed so that all sound together: pure functions. Thread: any. Real-time
// safe: no; they are control's, and plan_delays() allocates.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tandem/base/units.hpp"

namespace tandem {

// How a sink's latency is known, the best first.
//  configured  the configuration has a number
//  measured    by calibration, now or in an earlier run
//  reported    by the speaker over AVDTP, in this stream
//  remembered  reported in an earlier stream, and not yet in this one
//  fallback    nothing is known
enum class LatencyOrigin { configured, measured, reported, remembered, fallback };
[[nodiscard]] std::string_view name_of(LatencyOrigin origin) noexcept;

struct Latency {
    Duration value{std::chrono::milliseconds{150}};
    LatencyOrigin origin = LatencyOrigin::fallback;
    std::optional<Duration> age;  // since it was learned; none for a number nobody learned
};

struct KnownLatency {
    Duration value{};
    Duration age{};
};
struct LatencySources {
    std::optional<Duration> configured;
    std::optional<KnownLatency> measured;
    std::optional<KnownLatency> reported;
    std::optional<KnownLatency> remembered;
};
// The first there is in the order of LatencyOrigin, else 150 ms. A learned one of 0 or of more than
// a second is no latency a speaker has: it is left out.
[[nodiscard]] Latency choose_latency(const LatencySources& sources) noexcept;

struct PlannedSink {
    Duration source_latency{};  // S: packet length plus guard
    Duration latency{};         // L: from the arrival of a packet to sound
    Duration trim{};            // t: larger = plays later
};

// With T_i = t_i - (S_i + L_i): D_i = T_i - min T. The slowest sink gets 0; all are >= 0.
// Example: latencies 120 ms and 210 ms, equal packets, no trims: 90 ms and 0 ms.
[[nodiscard]] std::vector<Duration> plan_delays(std::span<const PlannedSink> sinks);

}  // namespace tandem
