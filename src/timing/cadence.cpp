// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/cadence.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace tandem {
namespace {

// Distances are rounded to nanoseconds: what differs by no more is the same.
constexpr Duration kSame{10};

// The least time between a departure of one and a departure of the other.
Duration distance(const Cadence& one, const Cadence& other, SampleRate rate) noexcept {
    // Seen modulo the greatest common divisor of both packets, all departures of each are one.
    const Frames common{std::gcd(one.packet.count, other.packet.count)};
    const Duration period = duration_of(common, rate);
    const auto departure = [&](const Cadence& cadence) {
        return duration_of({(cadence.phase + cadence.packet).count % common.count}, rate) +
               cadence.guard;
    };
    const Duration apart = (departure(one) - departure(other)) % period;
    const Duration after = apart < Duration::zero() ? apart + period : apart;
    return std::min(after, period - after);
}

}  // namespace

Frames choose_phase(Frames packet, Duration guard, Frames step, std::span<const Cadence> others,
                    SampleRate rate) noexcept {
    Frames best{0};
    if (others.empty()) return best;
    Duration best_distance = -kSame - Duration{1};
    for (Frames phase{0}; phase < packet; phase = phase + step) {
        Duration nearest = Duration::max();
        for (const Cadence& other : others)
            nearest = std::min(nearest, distance({packet, phase, guard}, other, rate));
        if (nearest <= best_distance + kSame) continue;
        best = phase;
        best_distance = nearest;
    }
    return best;
}

}  // namespace tandem
