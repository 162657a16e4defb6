// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "analysis.hpp"

namespace tandem::demo {

// One SVG: both recordings as a whole, an excerpt of a few milliseconds, and the skew over time.
[[nodiscard]] std::string draw_picture(const WavAudio& left, const WavAudio& right,
                                       const Comparison& comparison);

}  // namespace tandem::demo
