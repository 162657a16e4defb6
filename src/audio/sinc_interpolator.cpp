// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/sinc_interpolator.hpp"

#include <cmath>
#include <numbers>

namespace tandem {
namespace {

// Kaiser's window for 100 dB of attenuation (J. F. Kaiser, 1974: beta = 0.1102 (A - 8.7)).
constexpr double kBeta = 0.1102 * (100.0 - 8.7);

// The modified Bessel function of order 0, by its series: sum of ((x / 2)^k / k!)^2.
double bessel_i0(double x) {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > 1e-12 * sum; ++k) {
        term *= (x / (2 * k)) * (x / (2 * k));
        sum += term;
    }
    return sum;
}

// `place` runs from -1 to 1.
double window(double place) {
    const double inside = 1 - place * place;
    return inside > 0 ? bessel_i0(kBeta * std::sqrt(inside)) / bessel_i0(kBeta) : 0;
}

double sinc(double x) {
    if (std::abs(x) < 1e-12) return 1.0;
    return std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

}  // namespace

SincInterpolator::Table SincInterpolator::make_table() noexcept {
    Table table;
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
        for (std::size_t tap = 0; tap < kTaps; ++tap)
            table[static_cast<std::size_t>(phase)][tap] = static_cast<float>(row[tap] / sum);
    }
    return table;
}

SincInterpolator::SincInterpolator() noexcept
    : table_([]() -> const Table& {
          static const Table table = make_table();
          return table;
      }()) {}

StereoSample SincInterpolator::at(std::span<const StereoFrame, kTaps> around,
                                  double fraction) const noexcept {
    const double place = fraction * kPhases;
    const auto phase = static_cast<std::size_t>(place);
    const auto blend = static_cast<float>(place - static_cast<double>(phase));
    const auto& low = table_[phase];
    const auto& high = table_[phase + 1];
    // Four sums a channel, which a compiler may keep in one register.
    constexpr std::size_t lanes = 4;
    std::array<float, lanes> left{};
    std::array<float, lanes> right{};
    for (std::size_t tap = 0; tap < kTaps; tap += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const std::size_t at = tap + lane;
            const float weight = low[at] + blend * (high[at] - low[at]);
            left[lane] += weight * static_cast<float>(around[at].left);
            right[lane] += weight * static_cast<float>(around[at].right);
        }
    }
    return {(left[0] + left[1]) + (left[2] + left[3]),
            (right[0] + right[1]) + (right[2] + right[3])};
}

}  // namespace tandem
