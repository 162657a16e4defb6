// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "heard_skew.hpp"

namespace lab {

namespace {
constexpr double kLeft = 64;
constexpr double kTop = 34;
constexpr double kWidth = 810;
constexpr double kHeight = 220;
constexpr const char* kInk = "#7d8590";  // in the middle between black and white
constexpr const char* kDot = "#3f8fd8";

template <typename... Values>
std::string print(const char* format, Values... values) {
    std::array<char, 512> text{};
    std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}

class Picture {
  public:
    explicit Picture(const std::vector<SkewWindow>& windows) {
        for (const SkewWindow& window : windows) {
            seconds_ = std::max(seconds_, window.at_s + 1);
            if (window.skew_ms) most_ms_ = std::max(most_ms_, std::abs(*window.skew_ms) * 1.1);
        }
    }
    [[nodiscard]] double x(double s) const { return kLeft + kWidth * s / seconds_; }
    [[nodiscard]] double y(double ms) const {
        return kTop + kHeight / 2 * (1 - std::clamp(ms / most_ms_, -1.0, 1.0));
    }
    [[nodiscard]] std::string scales() const {
        std::string svg;
        for (const double share : {-0.8, -0.4, 0.0, 0.4, 0.8}) {
            const double ms = share * most_ms_;
            svg += print("<path d=\"M%.0f %.1fh%.0f\" stroke=\"%s\" stroke-opacity=\"0.35\"/>\n",
                         kLeft, y(ms), kWidth, kInk);
            svg += print("<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%+.1f</text>\n",
                         kLeft - 8, y(ms) + 5, ms);
        }
        const double step = seconds_ > 120 ? 30 : 10;
        for (double s = 0; s < seconds_; s += step)
            svg += print("<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%.0f</text>\n", x(s),
                         kTop + kHeight + 18, s);
        svg += print("<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">seconds</text>\n",
                     kLeft + kWidth / 2, kTop + kHeight + 38);
        return svg;
    }

  private:
    double seconds_{1};
    double most_ms_{1};
};
}  // namespace

std::string draw_skew(const std::vector<SkewWindow>& windows, const std::vector<RoomEvent>& events,
                      const std::string& title) {
    const Picture picture{windows};
    std::string svg = print(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 300\" width=\"900\" "
        "height=\"300\" font-family=\"'DejaVu Sans', Helvetica, Arial, sans-serif\" "
        "font-size=\"13\" fill=\"%s\">\n",
        kInk);
    for (const RoomEvent& event : events) {
        const double left = picture.x(event.from_s);
        svg += print(
            "<rect x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\" "
            "fill-opacity=\"0.25\"/>\n",
            left, kTop, std::max(1.0, picture.x(event.to_s) - left), kHeight);
        svg += print("<text x=\"%.1f\" y=\"%.0f\" font-size=\"11\">%s</text>\n", left + 3,
                     kTop + 12, event.name.c_str());
    }
    svg += print("<text x=\"14\" y=\"18\">%s</text>\n", title.c_str()) + picture.scales();
    for (const SkewWindow& window : windows)
        if (window.skew_ms)
            svg += print("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.6\" fill=\"%s\"/>\n",
                         picture.x(window.at_s), picture.y(*window.skew_ms), kDot);
    return svg + "</svg>\n";
}

}  // namespace lab
