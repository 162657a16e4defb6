// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/toml_bounds.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tandem {
namespace {

constexpr std::size_t kMostTomlBytes = 256 * 1024;
// Of either kind; a configuration needs two. Together they bound the tree: each pair of brackets
// can hold one key.
constexpr int kDeepest = 16;

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    // The line on which the text goes deeper than it may.
    std::optional<std::size_t> too_deep() {
        while (!text_.empty()) {
            take_one();
            if (dots_ > kDeepest || brackets_ > kDeepest) return line_;
        }
        return std::nullopt;
    }

  private:
    void take_one() {
        const char letter = text_.front();
        if (letter == '"' || letter == '\'') return take_string(letter);
        if (letter == '#') return take_until(text_.find('\n'));
        if (letter == '\n') ++line_;
        if (letter == '\n' || letter == '=' || letter == ',') dots_ = 0;  // no key goes on there
        if (letter == '.') ++dots_;
        if (letter == '[' || letter == '{') ++brackets_;
        if (letter == ']' || letter == '}') brackets_ = std::max(0, brackets_ - 1);
        text_.remove_prefix(1);
    }

    void take_until(std::size_t end) { text_.remove_prefix(std::min(end, text_.size())); }

    void take_string(char quote) {
        const std::string three(3, quote);
        const bool of_lines = text_.starts_with(three);
        const std::string_view end = of_lines ? std::string_view(three) : text_.substr(0, 1);
        text_.remove_prefix(end.size());
        while (!text_.empty() && !text_.starts_with(end)) {
            const char letter = text_.front();
            if (letter == '\n' && !of_lines) return;  // an error, which the parser names
            line_ += letter == '\n' ? 1 : 0;
            const bool escape = letter == '\\' && quote == '"' && text_.size() > 1;
            if (escape && text_[1] == '\n') ++line_;
            text_.remove_prefix(escape ? 2 : 1);
        }
        take_until(end.size());
        // One or two quotes may stand before the three that end it.
        for (int i = 0; of_lines && i < 2 && text_.starts_with(quote); ++i)
            text_.remove_prefix(1);
    }

    std::string_view text_;
    std::size_t line_ = 1;
    int dots_ = 0;
    int brackets_ = 0;
};

}  // namespace

std::optional<TomlExcess> excess_of(std::string_view text) {
    if (text.size() > kMostTomlBytes)
        return TomlExcess{1, fmt::format("the file has more than {} KiB", kMostTomlBytes / 1024)};
    if (const auto line = Lexer(text).too_deep())
        return TomlExcess{*line, fmt::format("more than {} parts within one another", kDeepest)};
    return std::nullopt;
}

}  // namespace tandem
