// SPDX-License-Identifier: GPL-3.0-or-later
// Role and gain of one sink. Thread: engine. Real-time safe.
#pragma once

#include <span>

#include "tandem/audio/frame.hpp"
#include "tandem/audio/role.hpp"

namespace tandem {

// A linear factor from decibels.
[[nodiscard]] double gain_from_db(double db) noexcept;

class ChannelStrip {
  public:
    ChannelStrip(Role role, double gain_db) noexcept;

    void set_gain_db(double gain_db) noexcept;
    // From the next block on.
    void set_role(Role role) noexcept { role_ = role; }
    // Neither a ramp nor the limiter is at work.
    [[nodiscard]] bool at_rest() const noexcept { return current_ == target_; }

    // Mixes by role and applies the gain in place. A new gain is reached by a ramp over one block;
    // a positive gain that would clip is held back for as long as it would (a limiter: instant
    // within the block where the peak comes, released over about 200 ms), so that it never clips.
    // Bit-exact at 0 dB and role stereo.
    void process(std::span<StereoFrame> block) noexcept;

  private:
    void mix(std::span<StereoFrame> block) const noexcept;

    Role role_;
    double target_;
    double current_;
};

}  // namespace tandem
