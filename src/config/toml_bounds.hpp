// SPDX-License-Identifier: GPL-3.0-or-later
// How large and how deep a TOML text may be. toml++ and what it makes are recursive, so that text
// from outside could use up the stack: this is asked before. Private to the room. Thread: any.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

struct TomlExcess {
    std::size_t line;
    std::string reason;
};

// Why `text` must not be parsed; nullopt if it may be.
[[nodiscard]] std::optional<TomlExcess> excess_of(std::string_view text);

}  // namespace tandem
