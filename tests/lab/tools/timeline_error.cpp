// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_error.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <stdexcept>

#include "statistics.hpp"

namespace lab {

namespace {
constexpr std::int64_t kCodecDelay = 73;  // frames; SBC with 8 subbands
}

std::vector<TimelineReading> read_timeline_readings(const std::string& path) {
    std::ifstream file{path};
    std::vector<TimelineReading> readings;
    for (std::int64_t position = 0, time = 0; file >> position >> time;)
        readings.push_back({position, Time{time}});
    if (readings.empty() || !file.eof())
        throw std::runtime_error(path + " holds something else than lines of POSITION NANOSECONDS");
    return readings;
}

Figures timeline_error(const std::vector<TimelineReading>& readings, const SpeakerResult& undelayed,
                       const AuxClock& aux) {
    if (readings.empty() || undelayed.heard.empty()) return {};
    const Time first = readings.front().time + aux.realtime_minus_monotonic();
    const Time last = readings.back().time + aux.realtime_minus_monotonic();
    std::vector<double> starts;  // the stream position of the noise's first frame
    for (const Heard& packet : undelayed.heard) {
        // A stream that was begun anew has other positions.
        if (packet.arrival < first || packet.arrival > last) continue;
        starts.push_back(static_cast<double>(packet.rtp - kCodecDelay - packet.position));
    }
    if (starts.empty()) return {};
    const double start = percentile(starts, 0.5);
    double sum = 0;
    std::vector<double> errors;
    for (const TimelineReading& reading : readings) {
        const Time truth = aux.time_of(static_cast<double>(reading.position) - start);
        const Time said = reading.time + aux.realtime_minus_monotonic();
        errors.push_back(static_cast<double>((said - truth).count()) / 1e3);
        sum += errors.back();
    }
    const auto count = static_cast<double>(errors.size());
    const double mean = sum / count;
    double squares = 0;
    double worst = 0;
    for (const double error : errors) {
        squares += (error - mean) * (error - mean);
        worst = std::max(worst, std::abs(error - mean));
    }
    return {{"readings", count},
            {"error_mean_us", mean},
            {"error_rms_us", std::sqrt(squares / count)},
            {"error_worst_us", worst},
            {"start_spread_frames", percentile(starts, 1) - percentile(starts, 0)}};
}

}  // namespace lab
