// SPDX-License-Identifier: GPL-3.0-or-later
// Text measured in columns of a terminal rather than in bytes. Text is UTF-8; colours (ECMA-48
// sequences) take no column, and a byte that is not UTF-8 takes one. Thread: any. Real-time safe:
// no.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tandem {

// By wcwidth(3), whatever the locale: a CJK letter takes two columns, a combining accent none.
[[nodiscard]] int display_width(std::string_view text);

// `text` followed by as many spaces as make it `columns` wide; wider text is returned unchanged.
[[nodiscard]] std::string padded(std::string_view text, int columns);

// `line` in at most `columns` columns. What does not fit is replaced by "..." from the last comma,
// semicolon or colon on, else from the last space on; a word is broken only where it alone is wider
// than the line. All colour sequences are kept.
[[nodiscard]] std::string shortened(std::string_view line, int columns);

// `text` (without colours) broken at spaces into lines of at most `columns` columns.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, int columns);

}  // namespace tandem
