// SPDX-License-Identifier: GPL-3.0-or-later
// Finds a piece of audio in another, to a hundredth of a sample: for reports and tests. Thread: any
// but the engine's. Real-time safe: no.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "tandem/audio/frame.hpp"

namespace tandem {

struct Alignment {
    double offset = 0;       // samples into `searched` where `piece` begins
    double correlation = 0;  // 0..1: how similar the two are there
    double rival = 0;        // 0..1: how similar they are at the next best place
};

// Normalised cross-correlation of the first differences (steep parts locate best), Hann-weighted.
// `searched` must be at least as long as `piece`.
// Returns nullopt if either is silent.
[[nodiscard]] std::optional<Alignment> find_piece(std::span<const float> piece,
                                                  std::span<const float> searched);

// The mean of both channels, full scale at 1.
[[nodiscard]] std::vector<float> to_mono(std::span<const StereoFrame> frames);

}  // namespace tandem
