// SPDX-License-Identifier: GPL-3.0-or-later
// Clicks at given places of the stream, to judge by ear whether speakers are in step: the same
// click for all of them, mixed in where the stream begins. Thread: engine. Real-time safe but for
// the constructor.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tandem/audio/frame.hpp"
#include "tandem/timing/units.hpp"

namespace tandem {

class ClickTrack {
  public:
    explicit ClickTrack(SampleRate rate);

    // `count` clicks, the first one at `first`, each a second after the one before. What was still
    // to come of earlier ones goes.
    void start(Position first, int count) noexcept;
    // One past the last frame of the last click.
    [[nodiscard]] Position end() const noexcept { return end_; }

    // Adds what falls on `into`, which stands at `first`.
    void mix(Position first, std::span<StereoFrame> into) const noexcept;

  private:
    std::vector<std::int16_t> sound_;
    Frames period_;
    Position first_{0};
    Position end_{0};  // no clicks: not after first_
};

}  // namespace tandem
