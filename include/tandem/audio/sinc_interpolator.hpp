// SPDX-License-Identifier: GPL-3.0-or-later
// The value of a signal between its samples: a windowed sinc. It has no state but the place that
// is asked for, so a read position may move as it likes and stays exact.
// Thread: any. Real-time safe but for the first constructor of a process.
#pragma once

#include <array>
#include <span>

#include "tandem/audio/frame.hpp"

namespace tandem {

struct StereoSample {
    double left = 0;
    double right = 0;
};

class SincInterpolator {
  public:
    static constexpr int kTaps = 32;
    // A value at place n + fraction needs the samples n - kBefore .. n + kAfter.
    static constexpr int kBefore = kTaps / 2 - 1;
    static constexpr int kAfter = kTaps / 2;

    SincInterpolator() noexcept;
    // `around` holds kTaps frames, the one at n stands at kBefore; 0 <= fraction < 1. Exact at
    // fraction 0; else off by less than -85 dB up to 0.8 of half the rate.
    [[nodiscard]] StereoSample at(std::span<const StereoFrame, kTaps> around,
                                  double fraction) const noexcept;

  private:
    static constexpr int kPhases = 256;
    using Table = std::array<std::array<float, kTaps>, kPhases + 1>;
    [[nodiscard]] static Table make_table() noexcept;

    const Table& table_;  // one for all: it is a constant
};

}  // namespace tandem
