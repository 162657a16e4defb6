// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/base/display_width.hpp"

#include <clocale>
#include <cwchar>

#include <algorithm>

namespace tandem {
namespace {

constexpr std::string_view kEllipsis = "...";

// mbrtowc() and wcwidth() go by the thread's locale, which may be anything.
class Utf8Locale {
  public:
    Utf8Locale() : before_(uselocale(utf8())) {}
    ~Utf8Locale() { uselocale(before_); }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;

  private:
    static locale_t utf8() {
        static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
        return locale;  // null leaves the thread's own in force
    }
    locale_t before_;
};

// One letter or one colour sequence at the beginning of a text.
struct Glyph {
    std::size_t bytes = 1;
    int columns = 1;
};

Glyph first_glyph(std::string_view text) {
    if (text[0] == '\x1b') {
        const auto end = text.find('m');
        return {end == text.npos ? text.size() : end + 1, 0};
    }
    wchar_t letter = 0;
    std::mbstate_t state{};
    const std::size_t bytes = std::mbrtowc(&letter, text.data(), text.size(), &state);
    if (bytes == 0 || bytes > text.size()) return {};
    return {bytes, std::max(0, wcwidth(letter))};
}

// What fits into `columns`, and where in it a list or a sentence can be broken best.
struct Fit {
    std::size_t bytes = 0;   // of whole letters
    std::size_t clause = 0;  // up to the last comma, semicolon or colon before a space; 0: none
    std::size_t word = 0;    // up to the last space; 0: none
};

Fit fit_of(std::string_view line, int columns) {
    Fit fit;
    int used = 0;
    char last = ' ';
    while (fit.bytes < line.size()) {
        const Glyph glyph = first_glyph(line.substr(fit.bytes));
        const char letter = line[fit.bytes];
        if (letter == ' ' && last != ' ') {
            fit.word = fit.bytes;
            if (last == ',' || last == ';' || last == ':') fit.clause = fit.bytes;
        }
        used += glyph.columns;
        if (used > columns) break;
        if (glyph.columns > 0) last = letter;
        fit.bytes += glyph.bytes;
    }
    return fit;
}

std::string colours_in(std::string_view text) {
    std::string colours;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        if (text[0] == '\x1b') colours += text.substr(0, glyph.bytes);
        text.remove_prefix(glyph.bytes);
    }
    return colours;
}

}  // namespace

int display_width(std::string_view text) {
    const Utf8Locale locale;
    int columns = 0;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        columns += glyph.columns;
        text.remove_prefix(glyph.bytes);
    }
    return columns;
}

std::string padded(std::string_view text, int columns) {
    const int missing = std::max(0, columns - display_width(text));
    return std::string(text) + std::string(static_cast<std::size_t>(missing), ' ');
}

std::string shortened(std::string_view line, int columns) {
    if (display_width(line) <= columns) return std::string(line);
    const Utf8Locale locale;
    const auto room = columns - static_cast<int>(kEllipsis.size());
    if (room < 1) return std::string(line.substr(0, fit_of(line, columns).bytes));
    const Fit close = fit_of(line, room);      // "word..."
    const Fit apart = fit_of(line, room - 1);  // "clause, ..."
    const std::string_view kept = line.substr(0, apart.clause > 0 ? apart.clause
                                                 : close.word > 0 ? close.word
                                                                  : close.bytes);
    std::string text{kept};
    if (apart.clause > 0) text += ' ';
    return text + std::string(kEllipsis) + colours_in(line.substr(kept.size()));
}

std::vector<std::string> wrapped(std::string_view text, int columns) {
    const Utf8Locale locale;
    std::vector<std::string> lines;
    while (!text.empty()) {
        const Fit fit = fit_of(text, std::max(1, columns));
        const bool all = fit.bytes == text.size();
        std::size_t end = all || fit.word == 0 ? fit.bytes : fit.word;
        if (end == 0) end = first_glyph(text).bytes;  // wider than a line
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(text.size(), text.find_first_not_of(' ', end)));
    }
    return lines;
}

}  // namespace tandem
