// SPDX-License-Identifier: GPL-3.0-or-later
// The journal's lines, which any program may have written. Input: an entry as JSON a line.
#include <algorithm>
#include <string>

#include "fuzz/expect.hpp"
#include "fuzz/input.hpp"
#include "tandem/status/journal_text.hpp"

namespace tandem::fuzz {
namespace {

// As long as the catalogue's, with fields in it.
std::string catalogued(const std::string& message_id) {
    if (message_id.empty()) return {};
    return "Subject: @SINK@ and @\n\nThe reason: @REASON@. @MESSAGE@ @\n@@ the end\n";
}

bool reaches_the_terminal(char c) {
    const auto octet = static_cast<unsigned char>(c);
    return (octet < 0x20 && c != '\n') || octet == 0x7f;
}

void read(const std::string& json, JournalText& text) {
    const std::string first = text.lines_of(json);
    expect(std::ranges::none_of(first, reaches_the_terminal),
           "no control character reaches the terminal", first);
    expect(first.empty() || first.back() == '\n', "an entry is whole lines", first);
    const std::string again = text.lines_of(json);
    expect(first.empty() == again.empty(), "what is an entry is one always", again);
    expect(std::ranges::count(again, '\n') <= 1, "an entry is explained once", again);
}

}  // namespace
}  // namespace tandem::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    JournalText text(fuzz::catalogued, Colours::off);
    for (fuzz::Input input(data, size); !input.empty();)
        fuzz::read(input.line(), text);
    return 0;
}
