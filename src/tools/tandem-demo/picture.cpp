// SPDX-License-Identifier: GPL-3.0-or-later
#include "picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tandem/audio/alignment.hpp"
#include "tools/svg/svg.hpp"

namespace tandem::demo {
namespace {

using svg::Panel;
using svg::Point;

constexpr svg::Page kPage{.width = 1200, .height = 860, .background = "#ffffff"};
constexpr const char* kLeftColour = "#1f6fb2";
constexpr const char* kRightColour = "#e0762a";
constexpr const char* kSkewColour = "#2a8c62";

// Minimum and maximum for each step across the panel.
std::string draw_envelope(const Panel& panel, const std::vector<float>& samples, double rate,
                          std::string_view colour) {
    constexpr int steps = 1000;
    std::vector<Point> upper;
    std::vector<Point> lower;
    for (int i = 0; i < steps; ++i) {
        const auto at = [&](int step) {
            const double t = panel.from_x + (panel.to_x - panel.from_x) * step / steps;
            return std::min(samples.size(), static_cast<std::size_t>(std::max(0.0, t * rate)));
        };
        const auto begin = samples.begin() + static_cast<std::ptrdiff_t>(at(i));
        const auto end = samples.begin() + static_cast<std::ptrdiff_t>(at(i + 1));
        if (begin >= end) break;
        const auto [low, high] = std::minmax_element(begin, end);
        const double x = panel.from_x + (panel.to_x - panel.from_x) * i / steps;
        upper.push_back({x, *high});
        lower.push_back({x, *low});
    }
    return svg::band(panel, upper, lower, colour, 0.55);
}

// The panel's x is in milliseconds from sample `first` on.
std::string draw_wave(const Panel& panel, const std::vector<float>& samples, std::size_t first,
                      double rate, std::string_view colour, std::string_view style) {
    std::vector<Point> points;
    for (std::size_t i = first; i < samples.size(); ++i) {
        const double ms = static_cast<double>(i - first) / rate * 1e3;
        if (ms > panel.to_x) break;
        points.push_back({ms, samples[i]});
    }
    return svg::line(panel, points, colour, style);
}

std::string draw_skew(const Panel& panel, const Comparison& comparison) {
    std::string elements;
    for (const SkewPoint& point : comparison.skew)
        elements += svg::dot(panel, {point.at_s, point.skew_ms}, kSkewColour);
    const double median = comparison.skew_ms.median;
    elements += svg::level(panel, median, kSkewColour);
    return elements + svg::text(panel.x + panel.width - 6, panel.page_y(median) - 8,
                                fmt::format("median {:+.3f} ms", median),
                                {.anchor = "end", .more = "fill=\"#2a8c62\""});
}

float peak_of(const std::vector<float>& samples) {
    float peak = 0.01F;
    for (const float sample : samples)
        peak = std::max(peak, std::abs(sample));
    return peak;
}

// Where the excerpt begins: before the steepest rise in the middle third.
std::size_t excerpt_start(const std::vector<float>& samples, const Comparison& comparison,
                          double rate) {
    const double third = (comparison.end_s - comparison.begin_s) / 3;
    const auto from = static_cast<std::size_t>((comparison.begin_s + third) * rate);
    const auto to = static_cast<std::size_t>((comparison.end_s - third) * rate);
    std::size_t best = from;
    float steepest = 0;
    for (std::size_t i = from; i + 1 < to; ++i) {
        const float rise = std::abs(samples[i + 1] - samples[i]);
        if (rise > steepest) {
            steepest = rise;
            best = i;
        }
    }
    const auto lead = static_cast<std::size_t>(0.004 * rate);
    return best > lead ? best - lead : 0;
}

// Wide enough for all but the rarest points, and never so narrow that noise fills it.
double skew_range(const Comparison& comparison) {
    const double most = std::max(std::abs(comparison.skew_ms.p1), std::abs(comparison.skew_ms.p99));
    return std::max(1.0, 1.3 * most);
}

std::string draw_head() {
    return svg::text(100, 44, "Tandem: what two speakers play",
                     {.size = 24, .more = "font-weight=\"600\""}) +
           svg::key(kPage.width - 330, 28, kLeftColour, "left speaker") +
           svg::key(kPage.width - 190, 28, kRightColour, "right speaker");
}

}  // namespace

std::string draw_picture(const WavAudio& left_audio, const WavAudio& right_audio,
                         const Comparison& comparison) {
    const std::vector<float> left = to_mono(left_audio.frames);
    const std::vector<float> right = to_mono(right_audio.frames);
    const double rate = left_audio.rate.hz;
    const double duration = static_cast<double>(std::max(left.size(), right.size())) / rate;
    const double peak = 1.1 * std::max(peak_of(left), peak_of(right));
    const double range = skew_range(comparison);
    const Panel whole{100, 100, 1060, 180, 0, duration, -peak, peak};
    const Panel excerpt{100, 370, 1060, 180, 0, 20, -peak, peak};
    const Panel skew{100, 640, 1060, 160, 0, duration, -range, range};
    const std::size_t first = excerpt_start(left, comparison, rate);

    std::string elements = draw_head();
    elements += svg::axes(whole, {"The whole recording", "time (s)", "amplitude"});
    elements += draw_envelope(whole, left, rate, kLeftColour);
    elements += draw_envelope(whole, right, rate, kRightColour);
    const auto title =
        fmt::format("Twenty milliseconds, from {:.3f} s", static_cast<double>(first) / rate);
    elements += svg::axes(excerpt, {title, "time (ms)", "amplitude"});
    elements += draw_wave(excerpt, left, first, rate, kLeftColour, "stroke-width=\"4\"");
    elements += draw_wave(excerpt, right, first, rate, kRightColour, "stroke-width=\"1.6\"");
    elements += svg::axes(skew, {"Skew over time (above zero, the right speaker is later; a ring "
                                 "is a value off the scale)",
                                 "time (s)", "skew (ms)"});
    elements += draw_skew(skew, comparison);
    return svg::page(kPage, elements);
}

}  // namespace tandem::demo
