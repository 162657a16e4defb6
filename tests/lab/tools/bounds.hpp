// SPDX-License-Identifier: GPL-3.0-or-later
// What a scenario requires of the figures, and what excuses one that does not hold.
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

enum class Verdict {
    held,
    disturbed,  // one did not hold, and each of those is excused by a machine that stood still
    failed,
};

// Names each bound that does not hold on standard output. A figure that was not measured holds no
// bound. `standstill_ms`: the longest time for which the whole machine stood still.
[[nodiscard]] Verdict judge(const std::vector<Bound>& bounds, const Figures& figures,
                            double standstill_ms);

}  // namespace lab
