// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/svg/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace tandem::svg {
namespace {

constexpr double kGridOpacity = 0.25;

// A step of 1, 2 or 5 times a power of ten that divides `range` into about `parts`.
double round_step(double range, int parts) {
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
    for (auto index = static_cast<int>(std::ceil(from / step - 1e-9)); index <= last; ++index)
        values.push_back(index * step);
    return values;
}

std::string grid_line(const std::string& path) {
    return fmt::format("<path d=\"{}\" stroke=\"{}\" stroke-opacity=\"{}\"/>\n", path, kGrey,
                       kGridOpacity);
}

std::string path_of(const Panel& panel, std::span<const Point> points) {
    std::string path;
    for (const Point& point : points)
        path += fmt::format("{:.1f},{:.1f} ", panel.page_x(point.x), panel.page_y(point.y));
    return path;
}

}  // namespace

double Panel::page_x(double value) const {
    return x + (value - from_x) / (to_x - from_x) * width;
}

double Panel::page_y(double value) const {
    return y + height - (std::clamp(value, from_y, to_y) - from_y) / (to_y - from_y) * height;
}

std::string page(const Page& page, std::string_view elements) {
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\" font-family=\"'DejaVu Sans', Helvetica, Arial, sans-serif\" "
        "fill=\"{2}\">\n",
        page.width, page.height, page.ink);
    if (!page.background.empty())
        svg += fmt::format("<rect width=\"{}\" height=\"{}\" fill=\"{}\"/>\n", page.width,
                           page.height, page.background);
    return svg.append(elements) + "</svg>\n";
}

std::string text(double x, double y, std::string_view words, const TextStyle& style) {
    return fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\"{}{}>{}</text>\n", x, y,
        style.anchor, style.size, style.more.empty() ? "" : " ", style.more, words);
}

std::string axes(const Panel& panel, const Labels& labels) {
    std::string svg =
        text(panel.x, panel.y - 12, labels.title, {.size = 17, .more = "font-weight=\"600\""});
    const double bottom = panel.y + panel.height;
    const double x_step = round_step(panel.to_x - panel.from_x, 10);
    for (const double value : ticks(panel.from_x, panel.to_x, x_step)) {
        const double x = panel.page_x(value);
        svg += grid_line(fmt::format("M{:.1f} {:.1f}V{:.1f}", x, panel.y, bottom));
        svg += text(x, bottom + 18, number(value, x_step), {.anchor = "middle"});
    }
    const double y_step = round_step(panel.to_y - panel.from_y, 4);
    for (const double value : ticks(panel.from_y, panel.to_y, y_step)) {
        const double y = panel.page_y(value);
        svg += grid_line(fmt::format("M{:.1f} {:.1f}H{:.1f}", panel.x, y, panel.x + panel.width));
        svg += text(panel.x - 8, y + 4.5, number(value, y_step), {.anchor = "end"});
    }
    svg += text(panel.x + panel.width / 2, bottom + 38, labels.x, {.anchor = "middle"});
    const double middle = panel.y + panel.height / 2;
    const auto turned =
        fmt::format("transform=\"rotate(-90 {:.1f} {:.1f})\"", panel.x - 58, middle);
    return svg + text(panel.x - 58, middle, labels.y, {.anchor = "middle", .more = turned});
}

std::string line(const Panel& panel, std::span<const Point> points, std::string_view colour,
                 std::string_view style) {
    return fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" {}/>\n",
                       path_of(panel, points), colour, style);
}

std::string level(const Panel& panel, double y, std::string_view colour) {
    return fmt::format(
        "<path d=\"M{:.1f} {:.1f}H{:.1f}\" stroke=\"{}\" stroke-dasharray=\"7 5\" "
        "stroke-width=\"1.5\"/>\n",
        panel.x, panel.page_y(y), panel.x + panel.width, colour);
}

std::string band(const Panel& panel, std::span<const Point> upper, std::span<const Point> lower,
                 std::string_view colour, double opacity) {
    const std::vector<Point> back(lower.rbegin(), lower.rend());
    return fmt::format("<polygon points=\"{}{}\" fill=\"{}\" fill-opacity=\"{}\"/>\n",
                       path_of(panel, upper), path_of(panel, back), colour, opacity);
}

std::string dot(const Panel& panel, Point point, std::string_view colour) {
    const bool outside = point.y < panel.from_y || point.y > panel.to_y;
    return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\" stroke=\"{}\"/>\n",
                       panel.page_x(point.x), panel.page_y(point.y), outside ? 4.5 : 2.6,
                       outside ? std::string_view("none") : colour, colour);
}

std::string key(double x, double y, std::string_view colour, std::string_view words) {
    return fmt::format(
               "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"16\" height=\"16\" rx=\"3\" "
               "fill=\"{}\"/>\n",
               x, y, colour) +
           text(x + 24, y + 13, words, {.size = 14});
}

}  // namespace tandem::svg
