// SPDX-License-Identifier: GPL-3.0-or-later
// The value of a signal between its samples, by a windowed sinc. It keeps no state, so the read
// position may move freely. Thread: any. Real-time safe: yes, but for the first constructor in a
// process.
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
    // The value at n + fraction needs the samples n - kBefore .. n + kAfter.
    static constexpr int kBefore = kTaps / 2 - 1;
    static constexpr int kAfter = kTaps / 2;

    SincInterpolator() noexcept;
    // `around` holds kTaps frames, with frame n at index kBefore; 0 <= fraction < 1. Exact at
    // fraction 0; otherwise the error is below -85 dB up to 0.8 of the Nyquist frequency.
    [[nodiscard]] StereoSample at(std::span<const StereoFrame, kTaps> around,
                                  double fraction) const noexcept;

  private:
    static constexpr int kPhases = 256;
    using Table = std::array<std::array<float, kTaps>, kPhases + 1>;
    [[nodiscard]] static Table make_table() noexcept;

    const Table& table_;  // shared, since it is constant
};

}  // namespace tandem
