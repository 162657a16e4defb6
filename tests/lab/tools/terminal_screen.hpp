// SPDX-License-Identifier: GPL-3.0-or-later
// What a terminal shows after the octets that a program wrote to it: as much of ECMA-48 and xterm
// as tandemctl uses. Lines that scrolled off the top are kept.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

class TerminalScreen {
  public:
    TerminalScreen(std::size_t rows, std::size_t columns);

    // UTF-8; a sequence or character may be cut between two calls.
    void write(std::string_view text);

    // From the oldest line that scrolled off to the lowest that holds something, as UTF-8 without
    // trailing blanks.
    [[nodiscard]] std::vector<std::string> lines() const;
    // The screen alone, a line each.
    [[nodiscard]] std::string text() const;

  private:
    using Line = std::vector<std::string>;  // a character each, as UTF-8

    std::size_t take(std::string_view pending);
    std::size_t take_sequence(std::string_view pending);
    void control(char letter);
    void sequence(std::string_view parameters, char final);
    void mode(std::string_view parameters, bool on);
    void put(std::string_view character);
    void line_feed();
    void clear();
    [[nodiscard]] Line blank() const { return Line(columns_, " "); }

    std::size_t columns_;
    std::vector<Line> rows_;
    std::vector<Line> history_;
    std::size_t row_ = 0;
    std::size_t column_ = 0;
    bool wraps_ = true;
    std::string pending_;
};

}  // namespace lab
