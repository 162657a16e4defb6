// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace lab {

// The value that `share` (0..1) of the values do not exceed; 0 of none.
inline double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    const auto at =
        static_cast<std::ptrdiff_t>(std::lround(share * static_cast<double>(values.size() - 1)));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

struct Line {
    double start{};
    double slope{};
    [[nodiscard]] double at(double x) const { return start + slope * x; }
};

// Least squares, centred on the mean so that large x cost no precision.
inline Line fit_line(const std::vector<std::pair<double, double>>& points) {
    double mean_x = 0;
    double mean_y = 0;
    for (const auto& [x, y] : points) {
        mean_x += x / static_cast<double>(points.size());
        mean_y += y / static_cast<double>(points.size());
    }
    double xy = 0;
    double xx = 0;
    for (const auto& [x, y] : points) {
        xy += (x - mean_x) * (y - mean_y);
        xx += (x - mean_x) * (x - mean_x);
    }
    const double slope = xx > 0 ? xy / xx : 0;
    return {mean_y - slope * mean_x, slope};
}

}  // namespace lab
