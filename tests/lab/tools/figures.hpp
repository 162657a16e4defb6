// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lab {

// Named numbers in the order they were found; names are what --require asks for.
using Figures = std::vector<std::pair<std::string, double>>;
inline std::optional<double> figure(const Figures& figures, const std::string& name) {
    const auto entry = std::ranges::find(figures, name, &Figures::value_type::first);
    if (entry == figures.end()) return std::nullopt;
    return entry->second;
}

// Throws std::runtime_error when the file cannot be written.
void write_json(const std::string& path, const Figures& figures);

}  // namespace lab
