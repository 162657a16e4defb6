// SPDX-License-Identifier: GPL-3.0-or-later
// Clicks at given places of the stream, to judge by ear whether speakers are in step: the same
// click for all of them, mixed in where the stream begins. And tones, mixed in where one sink parts
// from the others, to hear which one it is. Thread: engine. Real-time safe but for the constructor.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tandem/audio/frame.hpp"
#include "tandem/base/units.hpp"

namespace tandem {

enum class ClickSound {
    click,  // a second apart
    tone,   // half a second apart
};

class ClickTrack {
  public:
    explicit ClickTrack(SampleRate rate, ClickSound sound = ClickSound::click);

    // `count` sounds, the first one at `first`. What was still to come of earlier ones goes.
    void start(Position first, int count) noexcept;
    // One past the last frame of the last sound.
    [[nodiscard]] Position end() const noexcept { return end_; }

    // Adds what falls on `into`, which stands at `first`.
    void mix(Position first, std::span<StereoFrame> into) const noexcept;

  private:
    std::vector<std::int16_t> sound_;
    Frames period_{1};
    Position first_{0};
    Position end_{0};  // no clicks: not after first_
};

}  // namespace tandem
