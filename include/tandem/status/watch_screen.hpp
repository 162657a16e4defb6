// SPDX-License-Identifier: GPL-3.0-or-later
// The live view of `tandemctl watch`: a status and what came before it as lines of a terminal.
// Pure. Thread: any.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "tandem/status/status_text.hpp"

namespace tandem {

struct ScreenSize {
    int rows = 24;
    int columns = 80;
};

// What bars and strips are drawn with: block elements, or what every terminal has.
enum class Glyphs { ascii, blocks };

struct ScreenStyle {
    Colours colours = Colours::off;
    Glyphs glyphs = Glyphs::ascii;
};

// Skew and jitter of the newest statuses, the newest last.
class WatchHistory {
  public:
    static constexpr std::size_t kMost = 500;  // wider than any terminal

    void note(const BridgeStatus& status);
    [[nodiscard]] const std::deque<double>& skews_ms() const noexcept { return skews_ms_; }
    [[nodiscard]] const std::deque<double>& jitters_us() const noexcept { return jitters_us_; }

  private:
    std::deque<double> skews_ms_;  // negative: there was none
    std::deque<double> jitters_us_;
};

// At most `size.rows` lines of at most `size.columns` columns. Where there is too little room the
// lower lines go first.
[[nodiscard]] std::string watch_screen(const BridgeStatus& status, const WatchHistory& history,
                                       ScreenSize size, ScreenStyle style);

// `width` columns of it are full for `part` = 1.
[[nodiscard]] std::string bar(double part, int width, Glyphs glyphs);
// The newest of `values` as one line of heights, `most` or more being the highest; a negative value
// leaves a gap.
[[nodiscard]] std::string strip(const std::deque<double>& values, double most, int width,
                                Glyphs glyphs);
// `line` without what is beyond `columns`; colours cost no column.
[[nodiscard]] std::string cut_off(const std::string& line, int columns);

}  // namespace tandem
