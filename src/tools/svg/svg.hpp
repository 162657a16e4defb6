// SPDX-License-Identifier: GPL-3.0-or-later
// Draws diagrams as SVG text: for the demo's report and for the pictures in docs/. Each function
// returns elements to be appended; page() puts them together. Thread: any but the engine's.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tandem::svg {

inline constexpr const char* kInk = "#2b2f36";
inline constexpr const char* kGrey = "#7d8590";  // legible on light and dark pages

struct Point {
    double x = 0;
    double y = 0;
};

// The whole picture. Without a background it takes the colour of the page around it.
struct Page {
    double width = 0;
    double height = 0;
    std::string_view ink = kInk;
    std::string_view background = "";  // none
};
[[nodiscard]] std::string page(const Page& page, std::string_view elements);

// A rectangle on the page with a scale along each side.
struct Panel {
    double x, y, width, height;
    double from_x, to_x, from_y, to_y;
    [[nodiscard]] double page_x(double value) const;
    [[nodiscard]] double page_y(double value) const;  // upwards; outside the scale: at its edge
};

struct Labels {
    std::string_view title;
    std::string_view x;
    std::string_view y;
};
// Title, grid lines at round numbers, their figures, and what they mean.
[[nodiscard]] std::string axes(const Panel& panel, const Labels& labels);

struct TextStyle {
    std::string_view anchor = "start";  // "start", "middle" or "end"
    int size = 13;
    std::string_view more = "";  // further attributes
};
[[nodiscard]] std::string text(double x, double y, std::string_view words,
                               const TextStyle& style = {});

// In the panel's scales. `style` is further attributes, such as "stroke-width=\"2\"".
[[nodiscard]] std::string line(const Panel& panel, std::span<const Point> points,
                               std::string_view colour, std::string_view style = "");
// Across the whole panel, dashed.
[[nodiscard]] std::string level(const Panel& panel, double y, std::string_view colour);
// The area between two lines from left to right.
[[nodiscard]] std::string band(const Panel& panel, std::span<const Point> upper,
                               std::span<const Point> lower, std::string_view colour,
                               double opacity);
// One value as a dot; as a larger ring at the edge where it lies outside the scale.
[[nodiscard]] std::string dot(const Panel& panel, Point point, std::string_view colour);
// A coloured square and what that colour stands for.
[[nodiscard]] std::string key(double x, double y, std::string_view colour, std::string_view words);

}  // namespace tandem::svg
