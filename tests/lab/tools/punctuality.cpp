// SPDX-License-Identifier: GPL-3.0-or-later
#include "punctuality.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <utility>

#include "statistics.hpp"

namespace lab {

namespace {

constexpr double kLateMs = 100;  // about what a speaker of 150 ms latency has in its buffer

double ms(Time time) {
    return std::chrono::duration<double, std::milli>{time}.count();
}

double rms(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values)
        sum += value * value;
    return std::sqrt(sum / static_cast<double>(values.size()));
}

// Deviation of the arrivals from an even beat: the line through (RTP time, arrival) of each
// session.
std::vector<double> deviations_from_beat(const std::vector<Heard>& heard, int rate) {
    std::vector<double> deviations;
    for (std::size_t from = 0; from < heard.size();) {
        std::vector<std::pair<double, double>> points;
        const Heard& first = heard[from];
        std::size_t to = from;
        for (; to < heard.size() && heard[to].session == first.session; ++to) {
            points.emplace_back(1000.0 * static_cast<double>(heard[to].rtp - first.rtp) / rate,
                                ms(heard[to].arrival - first.arrival));
        }
        const Line line = fit_line(points);
        for (const auto& [x, y] : points)
            deviations.push_back(y - line.at(x));
        from = to;
    }
    return deviations;
}

void add_lateness(const std::vector<Heard>& heard, Figures& out) {
    double late = 0;
    int late_packets = 0;
    for (const Heard& packet : heard) {
        const double by = ms(packet.arrival - packet.due);
        late = std::max(late, by);
        late_packets += by > kLateMs;
    }
    out.emplace_back("late_worst_ms", late);
    out.emplace_back("late_packets", late_packets);
}

}  // namespace

void add_pacing(const std::vector<Heard>& heard, int rate, Figures& out) {
    if (heard.empty()) return;
    std::vector<double> deviations = deviations_from_beat(heard, rate);
    out.emplace_back("pacing_rms_ms", rms(deviations));
    for (double& deviation : deviations)
        deviation = std::abs(deviation);
    out.emplace_back("pacing_worst_ms", std::ranges::max(deviations));
}

void add_latency(const std::vector<Heard>& heard, const AuxClock& aux, Figures& out) {
    std::vector<double> oldest;
    std::vector<double> newest;
    for (const Heard& packet : heard) {
        oldest.push_back(ms(packet.arrival - aux.time_of(static_cast<double>(packet.position))));
        newest.push_back(
            ms(packet.arrival - aux.time_of(static_cast<double>(packet.position + packet.count))));
    }
    if (heard.empty()) return;
    add_lateness(heard, out);
    out.emplace_back("latency_p50_ms", percentile(oldest, 0.5));
    out.emplace_back("latency_p99_ms", percentile(oldest, 0.99));
    out.emplace_back("latency_worst_ms", percentile(oldest, 1));
    out.emplace_back("newest_latency_p50_ms", percentile(newest, 0.5));
}

}  // namespace lab
