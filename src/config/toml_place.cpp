// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/toml_place.hpp"

#include <algorithm>

namespace tandem {

std::size_t byte_at(const std::string& text, const toml::source_position& place) {
    std::size_t at = 0;
    for (toml::source_index line = 1; line < place.line; ++line)
        at = text.find('\n', at) + 1;
    const auto is_inside = [&](std::size_t byte) {  // of a code point, in UTF-8
        return byte < text.size() && (static_cast<unsigned char>(text[byte]) & 0xC0) == 0x80;
    };
    for (toml::source_index column = 1; column < place.column; ++column) {
        ++at;
        while (is_inside(at))
            ++at;
    }
    return std::min(at, text.size());
}

ByteRange bytes_of(const std::string& text, const toml::node& value) {
    const std::size_t begin = byte_at(text, value.source().begin);
    if (value.is_string()) return {begin, byte_at(text, value.source().end)};
    // toml++ lets a number end behind the blanks after it.
    return {begin, std::min(text.find_first_of(" \t\r\n,}]#", begin), text.size())};
}

}  // namespace tandem
