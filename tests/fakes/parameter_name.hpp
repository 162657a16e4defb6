// SPDX-License-Identifier: GPL-3.0-or-later
// The name of a test with a parameter, from what the parameter says: GoogleTest takes letters,
// digits and underscores, and a number alone would tell nobody what failed.
#pragma once

#include <string>
#include <string_view>

namespace tandem::test {

[[nodiscard]] inline std::string parameter_name(std::string_view text) {
    constexpr std::string_view taken =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string name;
    bool gap = false;
    for (const char letter : text) {
        if (taken.find(letter) == std::string_view::npos) {
            gap = !name.empty();
            continue;
        }
        if (gap) name += '_';
        gap = false;
        name += letter;
    }
    return name;
}

}  // namespace tandem::test
