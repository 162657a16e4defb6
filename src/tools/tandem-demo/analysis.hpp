// SPDX-License-Identifier: GPL-3.0-or-later
// Compares two recordings on one time axis. Thread: any.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "tandem/audio/wav.hpp"

namespace tandem::demo {

struct SkewPoint {
    double at_s = 0;
    double skew_ms = 0;  // positive: the right speaker is later
};

struct Percentiles {
    double p1 = 0;
    double median = 0;
    double p99 = 0;
};

struct Comparison {
    std::vector<SkewPoint> skew;
    Percentiles skew_ms;
    int windows = 0;     // looked at; `skew` has those that determine it
    double alike = 0;    // median correlation, 0..1
    double begin_s = 0;  // where both have sound
    double end_s = 0;
    int gaps_left = 0;  // one is silent while the other plays
    int gaps_right = 0;
    double silent_left_ms = 0;
    double silent_right_ms = 0;
};

// Where an output's audio is in the input, window by window: a constant offset means that nothing
// was lost or played twice.
struct Continuity {
    int jumps = 0;
    double alike = 0;  // median correlation
};

// Throws std::runtime_error when there is nothing to compare.
[[nodiscard]] Comparison compare(const WavAudio& left, const WavAudio& right);
// `input` is played in a loop.
[[nodiscard]] Continuity follow_input(const WavAudio& output, const WavAudio& input);

}  // namespace tandem::demo
