// SPDX-License-Identifier: GPL-3.0-or-later
// How long the longest runs are: TANDEM_SIM_DAYS makes them shorter or longer.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "tandem/timing/units.hpp"

namespace tandem::sim {

inline std::optional<double> number_from(const char* variable) {
    const char* text = std::getenv(variable);
    return text != nullptr ? std::optional(std::stod(text)) : std::nullopt;
}

// Of what takes a month. Without optimization two days take as long.
inline std::int64_t days_of_a_month() {
#ifdef NDEBUG
    constexpr double usual = 30;
#else
    constexpr double usual = 2;
#endif
    return static_cast<std::int64_t>(std::ceil(number_from("TANDEM_SIM_DAYS").value_or(usual)));
}

// Of what takes a day; more than one day makes it no longer.
inline Duration length_of_a_day() {
    const double days = std::min(1.0, number_from("TANDEM_SIM_DAYS").value_or(1));
    return from_ms(days * 86'400'000);
}

}  // namespace tandem::sim
