// SPDX-License-Identifier: GPL-3.0-or-later
// Reproducible chance, cheap enough to be asked for every packet of a month (splitmix64, after
// Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014). Thread: one.
#pragma once

#include <cmath>
#include <cstdint>

#include "tandem/base/units.hpp"

namespace tandem::sim {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) noexcept : state_(seed) {}

    [[nodiscard]] std::uint64_t bits() noexcept {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    // Uniform in [0, 1).
    [[nodiscard]] double unit() noexcept { return static_cast<double>(bits() >> 11) * 0x1p-53; }
    // Uniform in [from, to).
    [[nodiscard]] double between(double from, double to) noexcept {
        return from + (to - from) * unit();
    }
    [[nodiscard]] Duration between(Duration from, Duration to) noexcept {
        return from + Duration{static_cast<std::int64_t>(static_cast<double>((to - from).count()) *
                                                         unit())};
    }
    // The wait for the next of events that come independently, `mean` apart.
    [[nodiscard]] Duration wait(Duration mean) noexcept {
        return Duration{
            static_cast<std::int64_t>(-std::log1p(-unit()) * static_cast<double>(mean.count()))};
    }

  private:
    std::uint64_t state_;
};

}  // namespace tandem::sim
