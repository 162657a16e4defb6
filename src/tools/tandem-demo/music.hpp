// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "tandem/audio/frame.hpp"
#include "tandem/base/units.hpp"

namespace tandem::demo {

// A calm piece for pad, bass, plucked string and brushes; the same samples each time.
[[nodiscard]] std::vector<StereoFrame> compose(SampleRate rate, double seconds);

}  // namespace tandem::demo
