// SPDX-License-Identifier: GPL-3.0-or-later
// Skew by the hour as an SVG without a background, legible on light and dark pages.
#pragma once

#include <span>
#include <string>

#include "sim/model/record.hpp"

namespace tandem::sim {

[[nodiscard]] std::string draw_hours(std::span<const HourOfSkew> hours);

}  // namespace tandem::sim
