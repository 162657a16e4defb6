// SPDX-License-Identifier: GPL-3.0-or-later
#include "aux_clock.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <stdexcept>

#include "statistics.hpp"

namespace lab {

AuxClock::AuxClock(const std::vector<std::pair<std::int64_t, Time>>& marks) {
    if (marks.size() < 2)
        throw std::runtime_error("the aux player's log holds no marks: did it play?");
    origin_ = marks.front().second;
    std::vector<std::pair<double, double>> points;
    for (const auto& [frames, time] : marks) {
        points.emplace_back(static_cast<double>(frames),
                            static_cast<double>((time - origin_).count()));
    }
    for (std::size_t i = 1; i < marks.size(); ++i) {
        longest_silence_ = std::max(longest_silence_, marks[i].second - marks[i - 1].second);
    }
    const Line line = fit_line(points);
    std::vector<double> lateness;
    for (const auto& [x, y] : points)
        lateness.push_back(y - line.at(x));
    start_ns_ = line.start + percentile(lateness, 0.02);
    ns_per_frame_ = line.slope;
}

AuxClock AuxClock::read(const std::string& path) {
    std::ifstream file{path};
    std::string word;
    std::int64_t offset = 0;
    if (!(file >> word >> offset) || word != "realtime-minus-monotonic") {
        throw std::runtime_error(path + " is missing or is not a log of aux_player");
    }
    std::vector<std::pair<std::int64_t, Time>> marks;
    for (std::int64_t frames = 0, time = 0; file >> frames >> time;)
        marks.emplace_back(frames, Time{time + offset});
    return AuxClock{marks};
}

Time AuxClock::time_of(double frame) const {
    return origin_ + Time{std::llround(start_ns_ + ns_per_frame_ * frame)};
}

double AuxClock::frame_at(Time time) const {
    return (static_cast<double>((time - origin_).count()) - start_ns_) / ns_per_frame_;
}

}  // namespace lab
