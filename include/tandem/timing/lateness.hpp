// SPDX-License-Identifier: GPL-3.0-or-later
// How late captured frames are seen, and the guard that follows from it: a packet leaves that long
// after its last frame was captured, so that the frame is there by then.
// Thread: one at a time; each function says more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "tandem/base/units.hpp"

namespace tandem {

// A histogram that forgets: every 2^15 observations (some minutes) all older ones count half.
class LatenessMeter {
  public:
    // Engine; real-time safe.
    void add(Duration lateness) noexcept;
    // What 999 of 1000 observations do not exceed, to a quarter of a millisecond upwards and at
    // most 16 ms. Nothing before 1000 observations. Engine; real-time safe.
    [[nodiscard]] std::optional<Duration> usual_worst() const noexcept;

  private:
    std::array<std::uint32_t, 64> counts_{};  // of a quarter of a millisecond each
    std::uint32_t total_ = 0;
};

// The measured lateness and a millisecond for the wake-up, at least 2 ms and at most `most` (the
// profile's guard), which is also taken while nothing is measured. Any thread, a pure function;
// real-time safe.
[[nodiscard]] Duration choose_guard(Duration most, std::optional<Duration> lateness) noexcept;

}  // namespace tandem
