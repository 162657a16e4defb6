// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/base/printable_text.hpp"

#include <clocale>
#include <cwchar>
#include <optional>
#include <utility>

#include "tandem/base/display_width.hpp"

namespace tandem {
namespace {

constexpr int kMostMarks = 3;  // Vietnamese and pointed Hebrew need two, some scripts three
constexpr char32_t kLeftToRightMark = 0x200E;
constexpr std::string_view kLeftToRightMarkUtf8 = "\xE2\x80\x8E";

struct Character {
    std::optional<char32_t> code;  // nullopt: an octet that is no UTF-8
    std::string_view octets;
};

std::size_t length_by(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

// The first character of `text`, which is not empty (RFC 3629: no surrogates, no longer forms than
// needed).
Character first_of(std::string_view text) {
    const Character broken{std::nullopt, text.substr(0, 1)};
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t length = length_by(first);
    if (length == 0 || length > text.size()) return broken;
    if (length == 1) return {first, text.substr(0, 1)};
    char32_t code = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0) != 0x80) return broken;
        code = (code << 6) | (next & 0x3FU);
    }
    const char32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < least || code > 0x10FFFF || surrogate) return broken;
    return {code, text.substr(0, length)};
}

// Of the character itself, whatever the locale of the process is; -1 for what cannot be shown.
int columns_of(char32_t code) {
    if (code == 0) return -1;  // to wcwidth() it is the end of a text
    static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8 == nullptr) return code >= 0x20 && code < 0x7F ? 1 : -1;
    const locale_t before = uselocale(utf8);
    const int columns = wcwidth(static_cast<wchar_t>(code));
    uselocale(before);
    return columns;
}

// Characters of width 0 that are no marks on a letter: embeddings, fillers, tags and the like. (The
// joiners U+200C and U+200D, which Persian and emoji need, count as marks.)
bool is_invisible(char32_t code) {
    return code == 0xAD || code == 0x034F || code == 0x061C || code == 0x180E ||
           (code >= 0x115F && code <= 0x1160) || code == 0x200B || code == 0x200E ||
           code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0x3164 || code == 0xFEFF ||
           code == 0xFFA0 || (code >= 0xFFF0 && code <= 0xFFFB) ||
           (code >= 0xE0000 && code <= 0xE0FFF);
}

// Scripts that are written from right to left (Unicode's blocks for them).
bool is_right_to_left(char32_t code) {
    return (code >= 0x0590 && code <= 0x08FF) || (code >= 0xFB1D && code <= 0xFDFF) ||
           (code >= 0xFE70 && code <= 0xFEFE) || (code >= 0x10800 && code <= 0x10FFF) ||
           (code >= 0x1E800 && code <= 0x1EFFF);
}

// What can come to stand on the wrong side of right-to-left text.
bool is_letter_or_digit(char32_t code) {
    return code >= 0x80 || (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
           (code >= 'a' && code <= 'z');
}

class Line {
  public:
    void add(const Character& character) {
        if (!character.code) return put("?", '?');
        const char32_t code = *character.code;
        if (code == kLeftToRightMark) return end_right_to_left();
        if (code == '\n' || code == '\t' || code == '\r') return put(" ", ' ');
        const int columns = is_invisible(code) ? -1 : columns_of(code);
        if (columns < 0 || (code >= 0x80 && code < 0xA0)) return put("?", '?');
        if (columns == 0) return mark(character.octets);
        put(character.octets, code);
    }

    std::string take() {
        end_right_to_left();
        return std::move(text_);
    }

  private:
    void put(std::string_view octets, char32_t code) {
        if (is_right_to_left(code))
            right_to_left_ = true;
        else if (is_letter_or_digit(code))
            end_right_to_left();
        text_ += octets;
        marks_left_ = code == ' ' ? 0 : kMostMarks;
    }

    void mark(std::string_view octets) {
        if (marks_left_ == 0) return;
        --marks_left_;
        text_ += octets;
    }

    void end_right_to_left() {
        if (right_to_left_) text_ += kLeftToRightMarkUtf8;
        right_to_left_ = false;
    }

    std::string text_;
    int marks_left_ = 0;
    bool right_to_left_ = false;
};

std::size_t columns_shown(const Character& character) {
    if (!character.code) return 1;
    if (*character.code == kLeftToRightMark) return 0;
    const int columns = columns_of(*character.code);
    return columns < 0 ? 1 : static_cast<std::size_t>(columns);
}

}  // namespace

std::string printable_text(std::string_view text) {
    Line line;
    while (!text.empty()) {
        const Character character = first_of(text);
        line.add(character);
        text.remove_prefix(character.octets.size());
    }
    return line.take();
}

std::string fit_to_width(std::string_view text, std::size_t columns) {
    if (std::cmp_less_equal(display_width(text), columns)) return std::string(text);
    constexpr std::string_view end = "...";
    if (columns < end.size()) return std::string(columns, '.');
    std::size_t left = columns - end.size();
    std::size_t taken = 0;
    while (taken < text.size()) {
        const Character character = first_of(text.substr(taken));
        const std::size_t width = columns_shown(character);
        if (width > left) break;
        left -= width;
        taken += character.octets.size();
    }
    // Its end may have been the mark that closes right-to-left text.
    return printable_text(text.substr(0, taken)).append(end);
}

}  // namespace tandem
