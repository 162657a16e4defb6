// SPDX-License-Identifier: GPL-3.0-or-later
// How long the longest runs are: TANDEM_SIM_DAYS makes them shorter or longer.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "tandem/base/units.hpp"

namespace tandem::sim {

inline std::optional<double> number_from(const char* variable) {
    const char* text = std::getenv(variable);
    return text != nullptr ? std::optional(std::stod(text)) : std::nullopt;
}

// Where the program is slow, less takes as long.
#if defined(TANDEM_SANITIZED)
inline constexpr double kUsualDays = 0.25;
#elif defined(NDEBUG)
inline constexpr double kUsualDays = 30;
#else
inline constexpr double kUsualDays = 2;
#endif

// Of what takes a month: whole days.
inline std::int64_t days_of_a_month() {
    const double days = number_from("TANDEM_SIM_DAYS").value_or(kUsualDays);
    return static_cast<std::int64_t>(std::ceil(days));
}

// Of what takes a day; more than one day makes it no longer.
inline Duration length_of_a_day() {
    const double days = std::min(1.0, number_from("TANDEM_SIM_DAYS").value_or(kUsualDays));
    return from_ms(days * 86'400'000);
}

}  // namespace tandem::sim
