// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/sinc_interpolator.hpp"

#include <cmath>
#include <numbers>

namespace tandem {
namespace {

// Blackman-Harris, four terms: side lobes at -92 dB. `place` runs from -1 to 1.
double window(double place) {
    const double turn = std::numbers::pi * (place + 1.0);
    return 0.35875 - 0.48829 * std::cos(turn) + 0.14128 * std::cos(2 * turn) -
           0.01168 * std::cos(3 * turn);
}

double sinc(double x) {
    if (std::abs(x) < 1e-12) return 1.0;
    return std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

}  // namespace

SincInterpolator::SincInterpolator() {
    for (int phase = 0; phase <= kPhases; ++phase) {
        const double fraction = static_cast<double>(phase) / kPhases;
        std::array<double, kTaps> row{};
        double sum = 0;
        for (int tap = 0; tap < kTaps; ++tap) {
            const double distance = tap - kBefore - fraction;
            const double weight = sinc(distance) * window(distance / (kTaps / 2.0));
            row[static_cast<std::size_t>(tap)] = weight;
            sum += weight;
        }
        // A constant stays itself in every phase.
        for (std::size_t tap = 0; tap < kTaps; ++tap) {
            table_[static_cast<std::size_t>(phase)][tap] = static_cast<float>(row[tap] / sum);
        }
    }
}

StereoSample SincInterpolator::at(std::span<const StereoFrame, kTaps> around,
                                  double fraction) const noexcept {
    const double place = fraction * kPhases;
    const auto phase = static_cast<std::size_t>(place);
    const auto blend = static_cast<float>(place - static_cast<double>(phase));
    const auto& low = table_[phase];
    const auto& high = table_[phase + 1];
    float left = 0;
    float right = 0;
    for (std::size_t tap = 0; tap < kTaps; ++tap) {
        const float weight = low[tap] + blend * (high[tap] - low[tap]);
        left += weight * static_cast<float>(around[tap].left);
        right += weight * static_cast<float>(around[tap].right);
    }
    return {left, right};
}

}  // namespace tandem
