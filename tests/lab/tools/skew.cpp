// SPDX-License-Identifier: GPL-3.0-or-later
#include "skew.hpp"

#include <cmath>

#include "statistics.hpp"

namespace lab {

namespace {

constexpr Time kEitherSide = std::chrono::seconds{1};
constexpr double kOnTime = 0.02;  // share of the packets that is taken to have met nothing

Time time_in(std::int64_t frames, int rate) {
    return Time{std::llround(1e9 * static_cast<double>(frames) / rate)};
}

double ms(Time time) {
    return std::chrono::duration<double, std::milli>{time}.count();
}

}  // namespace

void follow_cadence(std::vector<Heard>& heard, int rate) {
    std::size_t first = 0;  // of the packets near this one
    std::size_t end = 0;
    for (Heard& packet : heard) {
        const auto near = [&](const Heard& other) {
            return other.session == packet.session &&
                   std::chrono::abs(other.arrival - packet.arrival) <= kEitherSide;
        };
        while (!near(heard[first]))
            ++first;
        while (end < heard.size() && (heard[end].arrival <= packet.arrival || near(heard[end])))
            ++end;
        std::vector<double> offsets;
        for (std::size_t i = first; i < end; ++i) {
            const Time rtp = time_in(heard[i].rtp - packet.rtp, rate);
            offsets.push_back(
                static_cast<double>((heard[i].arrival - packet.arrival - rtp).count()));
        }
        packet.due = packet.arrival + Time{std::llround(percentile(offsets, kOnTime))};
    }
}

Figures skew(const SpeakerResult& one, const SpeakerResult& other, int rate, const Span& span) {
    std::vector<double> by_arrival;
    std::vector<double> by_cadence;
    std::size_t at = 0;
    for (const Heard& packet : other.heard) {
        if (!span.holds(packet.arrival)) continue;
        while (at < one.heard.size() &&
               one.heard[at].position + one.heard[at].count <= packet.position)
            ++at;
        if (at == one.heard.size()) break;
        const Heard& holder = one.heard[at];
        if (holder.position > packet.position) continue;
        const double into_ms = ms(time_in(packet.position - holder.position, rate));
        by_arrival.push_back(ms(packet.arrival - holder.arrival) - into_ms);
        by_cadence.push_back(ms(packet.due - holder.due) - into_ms);
    }
    if (by_arrival.empty()) return {};
    return {{"p1_ms", percentile(by_arrival, 0.01)},
            {"median_ms", percentile(by_arrival, 0.5)},
            {"p99_ms", percentile(by_arrival, 0.99)},
            {"content_p1_ms", percentile(by_cadence, 0.01)},
            {"content_median_ms", percentile(by_cadence, 0.5)},
            {"content_p99_ms", percentile(by_cadence, 0.99)},
            {"content_spread_ms", percentile(by_cadence, 0.99) - percentile(by_cadence, 0.01)}};
}

}  // namespace lab
