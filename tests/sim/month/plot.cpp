// SPDX-License-Identifier: GPL-3.0-or-later
#include "plot.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tandem::sim {
namespace {

constexpr double kLeft = 64;
constexpr double kTop = 34;
constexpr double kWidth = 810;
constexpr double kHeight = 220;
constexpr double kMost_ms = 0.25;
constexpr double kBound_ms = 0.2;
constexpr const char* kInk = "#7d8590";  // in the middle between black and white
constexpr const char* kBand = "#3f8fd8";

double page_y(double ms) {
    return kTop + kHeight / 2 * (1 - std::clamp(ms / kMost_ms, -1.0, 1.0));
}

std::string text(double x, double y, const char* anchor, std::string_view words) {
    return fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"{}\">{}</text>\n", x, y,
                       anchor, words);
}

std::string level_line(double ms, const char* style) {
    return fmt::format("<path d=\"M{:.0f} {:.1f}h{:.0f}\" stroke=\"{}\" {}/>\n", kLeft, page_y(ms),
                       kWidth, kInk, style);
}

std::string draw_frame(std::size_t days) {
    std::string svg;
    for (const double ms : {-0.2, -0.1, 0.0, 0.1, 0.2}) {
        svg += level_line(ms, ms == kBound_ms || ms == -kBound_ms ? "stroke-dasharray=\"6 4\""
                                                                  : "stroke-opacity=\"0.35\"");
        svg += text(kLeft - 8, page_y(ms) + 5, "end", fmt::format("{:+.1f}", ms));
    }
    const std::size_t step = std::max<std::size_t>(1, days / 6);
    for (std::size_t day = 0; day <= days; day += step) {
        const double x = kLeft + kWidth * static_cast<double>(day) / static_cast<double>(days);
        svg += text(x, kTop + kHeight + 18, "middle", std::to_string(day));
    }
    svg += text(kLeft + kWidth / 2, kTop + kHeight + 38, "middle", "virtual days");
    svg += text(kLeft - 50, 18, "start",
                "Skew of two speakers, ms. Line: median of each hour. Band: 99.8 % of it. "
                "Dashed: the bound.");
    return svg;
}

}  // namespace

std::string draw_hours(std::span<const HourOfSkew> hours) {
    std::string upper;
    std::string lower;
    std::string median;
    for (std::size_t i = 0; i < hours.size(); ++i) {
        if (hours[i].count == 0) continue;
        const double x =
            kLeft + kWidth * (static_cast<double>(i) + 0.5) / static_cast<double>(hours.size());
        upper += fmt::format("{:.1f},{:.1f} ", x, page_y(hours[i].high_ms));
        lower.insert(0, fmt::format("{:.1f},{:.1f} ", x, page_y(hours[i].low_ms)));
        median += fmt::format("{:.1f},{:.1f} ", x, page_y(hours[i].median_ms));
    }
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 300\" width=\"900\" "
        "height=\"300\" font-family=\"'DejaVu Sans', Helvetica, Arial, sans-serif\" "
        "font-size=\"13\" fill=\"{}\">\n",
        kInk);
    svg += draw_frame(std::max<std::size_t>(1, hours.size() / 24));
    svg += fmt::format("<polygon points=\"{}{}\" fill=\"{}\" fill-opacity=\"0.45\"/>\n", upper,
                       lower, kBand);
    svg +=
        fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>\n",
                    median, kBand);
    return svg + "</svg>\n";
}

}  // namespace tandem::sim
