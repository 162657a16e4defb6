// SPDX-License-Identifier: GPL-3.0-or-later
// The live view of `tandemctl watch`: a status, and the recent past, as lines of a terminal. Pure.
// Thread: any.
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

// What bars and strips are drawn with: Unicode block elements, or ASCII for other terminals.
enum class Glyphs { ascii, blocks };

struct ScreenStyle {
    Colours colours = Colours::off;
    Glyphs glyphs = Glyphs::ascii;
};

// Skew and jitter of the most recent statuses, newest last.
class WatchHistory {
  public:
    static constexpr std::size_t kMost = 500;  // more than any terminal has columns

    void note(const BridgeStatus& status);
    [[nodiscard]] const std::deque<double>& skews_ms() const noexcept { return skews_ms_; }
    [[nodiscard]] const std::deque<double>& jitters_us() const noexcept { return jitters_us_; }

  private:
    std::deque<double> skews_ms_;  // negative: unknown then
    std::deque<double> jitters_us_;
};

// At most `size.rows` lines of at most `size.columns` columns. Sentences are wrapped; a list of
// figures that is too long loses its last ones. Where rows are short, the lower lines go first.
[[nodiscard]] std::string watch_screen(const BridgeStatus& status, const WatchHistory& history,
                                       ScreenSize size, ScreenStyle style);

// What to write to a terminal of `rows` rows so that it shows `screen` in place of an earlier one.
[[nodiscard]] std::string drawn_over(const std::string& screen, int rows);

// A bar of `width` columns, full at `part` = 1.
[[nodiscard]] std::string bar(double part, int width, Glyphs glyphs);
// The newest of `values` as a row of `width` columns, their height in proportion to `most`; a
// negative value leaves a gap.
[[nodiscard]] std::string strip(const std::deque<double>& values, double most, int width,
                                Glyphs glyphs);

}  // namespace tandem
