// SPDX-License-Identifier: GPL-3.0-or-later
// What a scenario requires of the figures.
#pragma once

#include <string>
#include <vector>

#include "figures.hpp"

namespace lab {

struct Bound {
    std::string text;
    std::string name;  // of the figure
    std::string relation;
    double value{};

    [[nodiscard]] bool holds(double measured) const {
        if (relation == "<=") return measured <= value;
        if (relation == ">=") return measured >= value;
        return measured == value;
    }
};

// Throws std::runtime_error with a sentence.
[[nodiscard]] Bound parse_bound(const std::string& text);

// Whether all of them hold. Names each one that does not on standard output. A figure that was not
// measured holds no bound.
[[nodiscard]] bool all_hold(const std::vector<Bound>& bounds, const Figures& figures);

}  // namespace lab
