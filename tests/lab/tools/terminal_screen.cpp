// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal_screen.hpp"

#include <algorithm>
#include <charconv>

namespace lab {
namespace {

constexpr char kEscape = '\x1b';

std::size_t length_of(char first) {  // of a character in UTF-8
    const auto octet = static_cast<unsigned char>(first);
    return octet < 0xC0 ? 1 : octet < 0xE0 ? 2 : octet < 0xF0 ? 3 : 4;
}

std::string text_of(const std::vector<std::string>& line) {
    std::string text;
    for (const auto& character : line)
        text += character;
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::size_t number(std::string_view parameters, std::size_t usual) {
    std::size_t value = usual;
    std::from_chars(parameters.data(), parameters.data() + parameters.size(), value);
    return value;
}

}  // namespace

TerminalScreen::TerminalScreen(std::size_t rows, std::size_t columns)
    : columns_{columns}, rows_{rows, blank()} {}

void TerminalScreen::write(std::string_view text) {
    pending_ += text;
    std::size_t done = 0;
    while (done < pending_.size()) {
        const std::size_t taken = take(std::string_view{pending_}.substr(done));
        if (taken == 0) break;
        done += taken;
    }
    pending_.erase(0, done);
}

// How many octets were understood; 0: the rest is still to come.
std::size_t TerminalScreen::take(std::string_view pending) {
    if (pending[0] == kEscape) return take_sequence(pending);
    if (static_cast<unsigned char>(pending[0]) < 0x20) {
        control(pending[0]);
        return 1;
    }
    const std::size_t length = length_of(pending[0]);
    if (pending.size() < length) return 0;
    put(pending.substr(0, length));
    return length;
}

// ESC [ parameters final; of other escapes the one letter that follows is left out.
std::size_t TerminalScreen::take_sequence(std::string_view pending) {
    if (pending.size() < 2) return 0;
    if (pending[1] != '[') return 2;
    const auto final = std::ranges::find_if(
        pending.substr(2), [](char letter) { return letter >= 0x40 && letter <= 0x7e; });
    const auto length = static_cast<std::size_t>(final - pending.substr(2).begin());
    if (length + 2 == pending.size()) return 0;
    sequence(pending.substr(2, length), *final);
    return length + 3;
}

void TerminalScreen::control(char letter) {
    if (letter == '\r') column_ = 0;
    if (letter == '\n') line_feed();
    if (letter == '\b' && column_ > 0) --column_;
}

void TerminalScreen::sequence(std::string_view parameters, char final) {
    switch (final) {
        case 'A':
            row_ -= std::min(row_, number(parameters, 1));
            break;
        case 'H':
            row_ = column_ = 0;  // nobody here goes anywhere else
            break;
        case 'J':
            std::fill(rows_.begin() + static_cast<std::ptrdiff_t>(row_) + 1, rows_.end(), blank());
            [[fallthrough]];
        case 'K':
            // Without wrapping, the cursor stays on the last column once that is written.
            for (std::size_t i = parameters == "2" ? 0 : std::min(column_, columns_ - 1);
                 i < columns_; ++i)
                rows_[row_][i] = " ";
            break;
        case 'h':
        case 'l':
            mode(parameters, final == 'h');
            break;
        default:  // colours
            break;
    }
}

void TerminalScreen::mode(std::string_view parameters, bool on) {
    if (parameters == "?7") wraps_ = on;
    if (parameters == "?1049") clear();  // the other screen: nothing of this one is needed again
}

void TerminalScreen::put(std::string_view character) {
    if (column_ == columns_) {
        if (!wraps_) return;
        column_ = 0;
        line_feed();
    }
    rows_[row_][column_++] = character;
}

void TerminalScreen::line_feed() {
    if (row_ + 1 < rows_.size()) {
        ++row_;
        return;
    }
    history_.push_back(rows_.front());
    rows_.erase(rows_.begin());
    rows_.push_back(blank());
}

void TerminalScreen::clear() {
    history_.clear();
    std::fill(rows_.begin(), rows_.end(), blank());
    row_ = column_ = 0;
}

std::vector<std::string> TerminalScreen::lines() const {
    std::vector<std::string> lines;
    for (const auto* part : {&history_, &rows_})
        for (const Line& line : *part)
            lines.push_back(text_of(line));
    while (!lines.empty() && lines.back().empty())
        lines.pop_back();
    return lines;
}

std::string TerminalScreen::text() const {
    std::string text;
    for (const Line& line : rows_)
        text += text_of(line) + '\n';
    return text;
}

}  // namespace lab
