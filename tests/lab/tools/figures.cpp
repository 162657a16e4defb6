// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace lab {

void write_json(const std::string& path, const Figures& figures) {
    std::ofstream file{path};
    file << "{";
    const char* separator = "\n";
    for (const auto& [name, value] : figures) {
        std::array<char, 64> number{};
        std::snprintf(number.data(), number.size(), "%.9g", value);
        file << separator << "  \"" << name << "\": " << number.data();
        separator = ",\n";
    }
    file << "\n}\n";
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace lab
