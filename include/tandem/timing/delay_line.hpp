// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the history a number of frames behind: delay is content, not pacing. A change of delay is
// a short cross-fade between the old and the new place. Thread: engine. Real-time safe.
#pragma once

#include <span>

#include "tandem/audio/frame.hpp"
#include "tandem/audio/pcm_history.hpp"
#include "tandem/timing/units.hpp"

namespace tandem {

class DelayLine {
  public:
    // `history` must outlive this. `delay` >= 0; what the history no longer keeps is silence.
    DelayLine(const PcmHistory& history, Frames delay) noexcept
        : history_(history), delay_(delay), next_(delay) {}

    void set_delay(Frames delay) noexcept { next_ = delay; }
    [[nodiscard]] Frames delay() const noexcept { return next_; }
    // What the last read used: differs from delay() until a change has been faded in.
    [[nodiscard]] Frames present() const noexcept { return delay_; }
    [[nodiscard]] bool at_rest() const noexcept { return delay_ == next_; }

    void settle() noexcept { delay_ = next_; }

    // What stands `delay` before `at`, for as many frames as `into` has (at most 128). The first
    // read after a change fades linearly over its whole length.
    void read(Position at, std::span<StereoFrame> into) noexcept;

  private:
    const PcmHistory& history_;
    Frames delay_;
    Frames next_;
};

}  // namespace tandem
