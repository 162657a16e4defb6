// SPDX-License-Identifier: GPL-3.0-or-later
#include "plot.hpp"

#include <algorithm>
#include <vector>

#include "tools/svg/svg.hpp"

namespace tandem::sim {
namespace {

constexpr svg::Page kPage{.width = 900, .height = 320, .ink = svg::kGrey};
constexpr double kMost_ms = 0.25;
constexpr double kBound_ms = 0.2;
constexpr const char* kBand = "#3f8fd8";

}  // namespace

std::string draw_hours(std::span<const HourOfSkew> hours) {
    std::vector<svg::Point> upper;
    std::vector<svg::Point> lower;
    std::vector<svg::Point> median;
    for (std::size_t i = 0; i < hours.size(); ++i) {
        if (hours[i].count == 0) continue;
        const double day = (static_cast<double>(i) + 0.5) / 24;
        upper.push_back({day, hours[i].high_ms});
        lower.push_back({day, hours[i].low_ms});
        median.push_back({day, hours[i].median_ms});
    }
    const double days = std::max(1.0, static_cast<double>(hours.size()) / 24);
    const svg::Panel panel{72, 40, 810, 220, 0, days, -kMost_ms, kMost_ms};
    std::string elements =
        svg::axes(panel, {"Skew of two speakers by the hour", "virtual days", "skew (ms)"});
    elements += svg::band(panel, upper, lower, kBand, 0.45);
    elements += svg::line(panel, median, kBand, "stroke-width=\"1.5\"");
    for (const double bound : {-kBound_ms, kBound_ms})
        elements += svg::level(panel, bound, svg::kGrey);
    elements += svg::text(panel.x, kPage.height - 6,
                          "Line: median of each hour. Band: 99.8 % of it. Dashed: the bound.");
    return svg::page(kPage, elements);
}

}  // namespace tandem::sim
