// SPDX-License-Identifier: GPL-3.0-or-later
#include "aux_clock.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <stdexcept>

#include "statistics.hpp"

namespace lab {

namespace {

using Points = std::vector<std::pair<double, double>>;  // frames, nanoseconds

// Of each half second or so, the mark that was least late.
Points earliest(const Points& points) {
    constexpr std::size_t kMarks = 50;
    constexpr std::size_t kLeast = 10;  // stretches: a line wants several points
    const std::size_t length = std::max<std::size_t>(1, std::min(kMarks, points.size() / kLeast));
    const Line line = fit_line(points);
    const auto lateness = [&](const auto& point) { return point.second - line.at(point.first); };
    Points result;
    for (std::size_t i = 0; i + length <= points.size(); i += length) {
        const auto begin = points.begin() + static_cast<std::ptrdiff_t>(i);
        result.push_back(*std::ranges::min_element(
            begin, begin + static_cast<std::ptrdiff_t>(length), {}, lateness));
    }
    return result;
}

}  // namespace

AuxClock::AuxClock(const std::vector<std::pair<std::int64_t, Time>>& marks,
                   Time realtime_minus_monotonic)
    : offset_{realtime_minus_monotonic} {
    if (marks.size() < 2)
        throw std::runtime_error("the aux player's log holds no marks: did it play?");
    origin_ = marks.front().second;
    Points points;
    for (const auto& [frames, time] : marks) {
        points.emplace_back(static_cast<double>(frames),
                            static_cast<double>((time - origin_).count()));
    }
    const Line line = fit_line(earliest(points));
    start_ns_ = line.start;
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
    return AuxClock{marks, Time{offset}};
}

Time AuxClock::time_of(double frame) const {
    return origin_ + Time{std::llround(start_ns_ + ns_per_frame_ * frame)};
}

double AuxClock::frame_at(Time time) const {
    return (static_cast<double>((time - origin_).count()) - start_ns_) / ns_per_frame_;
}

}  // namespace lab
