// SPDX-License-Identifier: GPL-3.0-or-later
// Compares when two speakers sound the same places of the stream. Thread: one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "sim/model/speaker.hpp"

namespace tandem::sim {

class SkewMeter {
  public:
    // `measured` is told by how much speaker 0 was later than speaker 1, and when it sounded.
    explicit SkewMeter(std::function<void(Duration, Time)> measured)
        : measured_(std::move(measured)) {}

    void sounded(std::size_t speaker, const Mark& mark) {
        times_[speaker][slot(mark)] = mark;
        const Mark& other = times_[1 - speaker][slot(mark)];
        if (other.index != mark.index) return;
        const Time first = times_[0][slot(mark)].time;
        measured_(first - times_[1][slot(mark)].time, mark.time);
    }

  private:
    static constexpr std::size_t kKept = 16;  // 4 s: no two speakers are further apart
    static std::size_t slot(const Mark& mark) noexcept {
        return static_cast<std::size_t>(mark.index) % kKept;
    }
    std::function<void(Duration, Time)> measured_;
    std::array<std::array<Mark, kKept>, 2> times_{};
};

}  // namespace tandem::sim
