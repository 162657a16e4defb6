// SPDX-License-Identifier: GPL-3.0-or-later
#include "punctuality.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "statistics.hpp"

namespace lab {

namespace {

using namespace std::chrono_literals;

constexpr double kLateMs = 100;  // about what a speaker of 150 ms latency has in its buffer
constexpr Time kStretch = 3s;    // what a figure that is judged by stretches is made of

double ms(Time time) {
    return std::chrono::duration<double, std::milli>{time}.count();
}

double mean(const std::vector<double>& values) {
    return std::reduce(values.begin(), values.end()) / static_cast<double>(values.size());
}

// About their mean, as a busy moment moves the beat of all that is fitted with it.
double rms(const std::vector<double>& values) {
    const double middle = mean(values);
    double sum = 0;
    for (const double value : values)
        sum += (value - middle) * (value - middle);
    return std::sqrt(sum / static_cast<double>(values.size()));
}

double p99(const std::vector<double>& values) {
    return percentile(values, 0.99);
}

// The median over stretches of three seconds of what `figure` says of each. `values` has one for
// each packet. A busy moment of the host spoils the stretch that it falls into; what the bridge
// does spoils them all. The last stretch takes what is left over, up to twice its length.
double median_of_stretches(const std::vector<Heard>& heard, const std::vector<double>& values,
                           double (*figure)(const std::vector<double>&)) {
    const Time begin = heard.front().arrival;
    const auto whole = static_cast<std::size_t>((heard.back().arrival - begin) / kStretch);
    std::vector<std::vector<double>> stretches(std::max<std::size_t>(whole, 1));
    for (std::size_t i = 0; i < heard.size(); ++i) {
        const auto at = static_cast<std::size_t>((heard[i].arrival - begin) / kStretch);
        stretches[std::min(at, stretches.size() - 1)].push_back(values[i]);
    }
    std::erase_if(stretches, [](const auto& stretch) { return stretch.empty(); });
    std::vector<double> figures;
    for (const std::vector<double>& stretch : stretches)
        figures.push_back(figure(stretch));
    return percentile(figures, 0.5);
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

// Behind a standstill, packets of all streams wait for their turns on the air, and whoever comes
// then waits behind them: what a packet is excused, the next one is, less the time that the air was
// free in between. (A quarter of it is, or no cadence could be kept at all.)
void add_lateness(const std::vector<Heard>& heard, const Excuses& excuses, Figures& out) {
    double late = 0;
    int late_packets = 0;
    Time excused{};
    for (std::size_t i = 0; i < heard.size(); ++i) {
        const Heard& packet = heard[i];
        if (i == 0 || heard[i - 1].session != packet.session) {
            excused = {};
        } else {
            const Time since = packet.due - heard[i - 1].due;
            excused -= std::max(since - excuses.streams * packet.air, since / 4);
        }
        const Time still = excuses.standstills.between(packet.due, packet.arrival);
        excused = std::max({excused, still, Time{}});
        const double by = ms(packet.arrival - packet.due - excused);
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
    out.emplace_back("pacing_stretch_rms_ms", median_of_stretches(heard, deviations, rms));
    for (double& deviation : deviations)
        deviation = std::abs(deviation);
    out.emplace_back("pacing_worst_ms", std::ranges::max(deviations));
}

void add_latency(const std::vector<Heard>& heard, const AuxClock& aux, const Excuses& excuses,
                 Figures& out) {
    std::vector<double> oldest;
    std::vector<double> newest;
    for (const Heard& packet : heard) {
        oldest.push_back(ms(packet.arrival - aux.time_of(static_cast<double>(packet.position))));
        newest.push_back(
            ms(packet.arrival - aux.time_of(static_cast<double>(packet.position + packet.count))));
    }
    if (heard.empty()) return;
    add_lateness(heard, excuses, out);
    out.emplace_back("latency_p50_ms", percentile(oldest, 0.5));
    out.emplace_back("latency_p99_ms", p99(oldest));
    out.emplace_back("latency_stretch_p99_ms", median_of_stretches(heard, oldest, p99));
    out.emplace_back("latency_worst_ms", percentile(oldest, 1));
    out.emplace_back("newest_latency_p50_ms", percentile(newest, 0.5));
}

}  // namespace lab
