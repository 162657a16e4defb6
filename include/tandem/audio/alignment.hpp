// SPDX-License-Identifier: GPL-3.0-or-later
// Where a piece of audio lies in another, to a hundredth of a sample: for reports and tests.
// Thread: any but the engine's.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "tandem/audio/frame.hpp"

namespace tandem {

struct Alignment {
    double offset = 0;       // samples into `searched` where `piece` begins
    double correlation = 0;  // 0..1: how alike the two are there
};

// Normalised cross-correlation of the first differences (what is steep tells the place best),
// Hann-weighted.
// `searched` is at least as long as `piece`. nullopt when either is silent.
[[nodiscard]] std::optional<Alignment> find_piece(std::span<const float> piece,
                                                  std::span<const float> searched);

// The mean of both channels, full scale at 1.
[[nodiscard]] std::vector<float> to_mono(std::span<const StereoFrame> frames);

}  // namespace tandem
