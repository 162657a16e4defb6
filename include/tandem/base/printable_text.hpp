// SPDX-License-Identifier: GPL-3.0-or-later
// Text from outside (names of speakers and cards, files, answers of other programs) made fit to be
// shown: whatever it holds, a terminal only prints it. Thread: any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tandem {

// `text` as one line of UTF-8. Line ends and tabs become spaces. A '?' stands for each octet that
// is no UTF-8 and for each character that would do something other than be seen: control characters
// (C0, DEL, C1), bidirectional overrides and isolates, invisible characters. Of marks that combine
// with a letter three are kept, and none without a letter. Right-to-left text ends in a mark
// (U+200E), so that it reorders nothing that follows it. Twice the same as once.
[[nodiscard]] std::string printable_text(std::string_view text);

// What of printable text fits in `columns`, cut between characters; a cut one ends in "...".
[[nodiscard]] std::string fit_to_width(std::string_view text, std::size_t columns);

}  // namespace tandem
