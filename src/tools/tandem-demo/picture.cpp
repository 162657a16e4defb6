// SPDX-License-Identifier: GPL-3.0-or-later
#include "picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tandem/audio/alignment.hpp"

namespace tandem::demo {
namespace {

constexpr double kWidth = 1200;
constexpr double kHeight = 860;
constexpr const char* kLeftColour = "#1f6fb2";
constexpr const char* kRightColour = "#e0762a";
constexpr const char* kInk = "#2b2f36";
constexpr const char* kGrid = "#dfe3e8";

// A rectangle on the page with its two scales.
struct Panel {
    double x, y, width, height;
    double from_x, to_x, from_y, to_y;
    [[nodiscard]] double page_x(double value) const {
        return x + (value - from_x) / (to_x - from_x) * width;
    }
    [[nodiscard]] double page_y(double value) const {
        return y + height - (value - from_y) / (to_y - from_y) * height;
    }
};

std::string text(double x, double y, std::string_view anchor, int size, std::string_view words,
                 std::string_view more = "") {
    return fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\" {}>{}</text>\n", x, y,
        anchor, size, more, words);
}

// A step of 1, 2 or 5 times a power of ten that divides `range` in about `parts`.
double nice_step(double range, int parts) {
    const double raw = range / parts;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (raw <= factor * power) return factor * power;
    return 10 * power;
}

std::string number(double value, double step) {
    const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    return fmt::format("{:.{}f}", std::abs(value) < step / 1e3 ? 0.0 : value, digits);
}

// The multiples of `step` from `from` to `to`.
std::vector<double> ticks(double from, double to, double step) {
    std::vector<double> values;
    const auto last = static_cast<int>(std::floor(to / step + 1e-9));
    for (auto index = static_cast<int>(std::ceil(from / step)); index <= last; ++index)
        values.push_back(index * step);
    return values;
}

std::string draw_frame(const Panel& panel, std::string_view title, std::string_view x_label,
                       std::string_view y_label) {
    std::string svg = text(panel.x, panel.y - 12, "start", 17, title, "font-weight=\"600\"");
    const double x_step = nice_step(panel.to_x - panel.from_x, 10);
    for (const double value : ticks(panel.from_x, panel.to_x, x_step)) {
        const double x = panel.page_x(value);
        svg += fmt::format("<path d=\"M{0:.1f} {1:.1f}V{2:.1f}\" stroke=\"{3}\"/>\n", x, panel.y,
                           panel.y + panel.height, kGrid);
        svg += text(x, panel.y + panel.height + 18, "middle", 13, number(value, x_step));
    }
    const double y_step = nice_step(panel.to_y - panel.from_y, 4);
    for (const double value : ticks(panel.from_y, panel.to_y, y_step)) {
        const double y = panel.page_y(value);
        svg += fmt::format("<path d=\"M{0:.1f} {1:.1f}H{2:.1f}\" stroke=\"{3}\"/>\n", panel.x, y,
                           panel.x + panel.width, kGrid);
        svg += text(panel.x - 8, y + 4.5, "end", 13, number(value, y_step));
    }
    svg += text(panel.x + panel.width / 2, panel.y + panel.height + 38, "middle", 13, x_label);
    const double middle = panel.y + panel.height / 2;
    svg += text(panel.x - 58, middle, "middle", 13, y_label,
                fmt::format("transform=\"rotate(-90 {:.1f} {:.1f})\"", panel.x - 58, middle));
    return svg;
}

// Minimum and maximum for each step across the panel, as one closed shape.
std::string draw_envelope(const Panel& panel, const std::vector<float>& samples, double rate,
                          std::string_view colour) {
    constexpr int steps = 1000;
    std::string upper;
    std::string lower;
    for (int i = 0; i < steps; ++i) {
        const auto at = [&](int step) {
            const double t = panel.from_x + (panel.to_x - panel.from_x) * step / steps;
            return std::min(samples.size(), static_cast<std::size_t>(std::max(0.0, t * rate)));
        };
        const auto begin = samples.begin() + static_cast<std::ptrdiff_t>(at(i));
        const auto end = samples.begin() + static_cast<std::ptrdiff_t>(at(i + 1));
        if (begin >= end) break;
        const auto [low, high] = std::minmax_element(begin, end);
        const double x = panel.x + panel.width * i / steps;
        upper += fmt::format("{:.1f},{:.1f} ", x, panel.page_y(*high));
        lower.insert(0, fmt::format("{:.1f},{:.1f} ", x, panel.page_y(*low)));
    }
    return fmt::format("<polygon points=\"{}{}\" fill=\"{}\" fill-opacity=\"0.55\"/>\n", upper,
                       lower, colour);
}

// The panel's x is in milliseconds from sample `first` on.
std::string draw_wave(const Panel& panel, const std::vector<float>& samples, std::size_t first,
                      double rate, std::string_view colour, std::string_view style) {
    std::string points;
    for (std::size_t i = first; i < samples.size(); ++i) {
        const double ms = static_cast<double>(i - first) / rate * 1e3;
        if (ms > panel.to_x) break;
        points += fmt::format("{:.1f},{:.1f} ", panel.page_x(ms), panel.page_y(samples[i]));
    }
    return fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" {}/>\n", points, colour,
                       style);
}

std::string draw_skew(const Panel& panel, const Comparison& comparison) {
    std::string svg;
    for (const SkewPoint& point : comparison.skew) {
        const double shown = std::clamp(point.skew_ms, panel.from_y, panel.to_y);
        const bool beyond = shown != point.skew_ms;  // a ring at the edge
        svg += fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\" "
            "stroke=\"#2a8c62\"/>\n",
            panel.page_x(point.at_s), panel.page_y(shown), beyond ? 4.5 : 2.6,
            beyond ? "none" : "#2a8c62");
    }
    const double y = panel.page_y(comparison.skew_ms.median);
    svg += fmt::format(
        "<path d=\"M{:.1f} {:.1f}H{:.1f}\" stroke=\"#2a8c62\" "
        "stroke-dasharray=\"7 5\" stroke-width=\"1.5\"/>\n",
        panel.x, y, panel.x + panel.width);
    svg += text(panel.x + panel.width - 6, y - 8, "end", 13,
                fmt::format("median {:+.3f} ms", comparison.skew_ms.median), "fill=\"#2a8c62\"");
    return svg;
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

std::string legend() {
    std::string svg;
    double x = kWidth - 330;
    for (const auto& [colour, name] :
         {std::pair{kLeftColour, "left speaker"}, std::pair{kRightColour, "right speaker"}}) {
        svg += fmt::format(
            "<rect x=\"{}\" y=\"28\" width=\"16\" height=\"16\" rx=\"3\" "
            "fill=\"{}\"/>\n",
            x, colour);
        svg += text(x + 24, 41, "start", 14, name);
        x += 140;
    }
    return svg;
}

// Wide enough for all but the rarest points, and never so narrow that noise fills it.
double skew_range(const Comparison& comparison) {
    const double most = std::max(std::abs(comparison.skew_ms.p1), std::abs(comparison.skew_ms.p99));
    return std::max(1.0, 1.3 * most);
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

    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\" font-family=\"'DejaVu Sans', Helvetica, Arial, sans-serif\" fill=\"{2}\">\n"
        "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
        kWidth, kHeight, kInk);
    svg += text(100, 44, "start", 24, "Tandem: what two speakers play", "font-weight=\"600\"");
    svg += legend();
    svg += draw_frame(whole, "The whole recording", "time (s)", "amplitude");
    svg += draw_envelope(whole, left, rate, kLeftColour);
    svg += draw_envelope(whole, right, rate, kRightColour);
    svg += draw_frame(
        excerpt,
        fmt::format("Twenty milliseconds, from {:.3f} s on", static_cast<double>(first) / rate),
        "time (ms)", "amplitude");
    svg += draw_wave(excerpt, left, first, rate, kLeftColour, "stroke-width=\"4\"");
    svg += draw_wave(excerpt, right, first, rate, kRightColour, "stroke-width=\"1.6\"");
    svg += draw_frame(
        skew, "Skew over time (above zero: the right speaker is later; rings: beyond the scale)",
        "time (s)", "skew (ms)");
    svg += draw_skew(skew, comparison);
    return svg + "</svg>\n";
}

}  // namespace tandem::demo
