// SPDX-License-Identifier: GPL-3.0-or-later
// Where toml++ says that something stands, in the bytes of the text. Thread: any.
#pragma once

#include <toml++/toml.h>

#include <cstddef>
#include <string>

namespace tandem {

// Places count from 1, and their columns are code points.
[[nodiscard]] std::size_t byte_at(const std::string& text, const toml::source_position& place);

// The text that one value takes: a string, or a number.
struct ByteRange {
    std::size_t begin = 0;
    std::size_t end = 0;
};
[[nodiscard]] ByteRange bytes_of(const std::string& text, const toml::node& value);

}  // namespace tandem
