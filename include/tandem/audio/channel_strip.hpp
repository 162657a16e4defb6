// SPDX-License-Identifier: GPL-3.0-or-later
// Role and gain of one sink. Thread: engine. Real-time safe: yes.
#pragma once

#include <span>

#include "tandem/audio/frame.hpp"
#include "tandem/audio/role.hpp"

namespace tandem {

// Converts decibels to a linear factor.
[[nodiscard]] double gain_from_db(double db) noexcept;

class ChannelStrip {
  public:
    ChannelStrip(Role role, double gain_db) noexcept;

    void set_gain_db(double gain_db) noexcept;
    // Takes effect with the next block.
    void set_role(Role role) noexcept { role_ = role; }
    // Whether neither a ramp nor the limiter is active.
    [[nodiscard]] bool at_rest() const noexcept { return current_ == target_; }

    // Mixes by role and applies the gain, in place. Ramps to a new gain over one block.
    // A limiter keeps positive gains from clipping: it acts within the block of the peak and
    // releases over about 200 ms.
    // Bit-exact at 0 dB with role stereo.
    void process(std::span<StereoFrame> block) noexcept;

  private:
    void mix(std::span<StereoFrame> block) const noexcept;
    void ramp(std::span<StereoFrame> block, double goal, std::size_t frames) noexcept;

    Role role_;
    double target_;
    double current_;
};

}  // namespace tandem
