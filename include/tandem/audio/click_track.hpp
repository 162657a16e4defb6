// SPDX-License-Identifier: GPL-3.0-or-later
// Clicks at given positions of the stream, mixed into the input to hear whether speakers are in
// step; and tones, mixed into the sound of one sink to hear which one it is. Thread: engine.
// Real-time safe: yes, but for the constructor.
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

    // Plays `count` sounds, the first at `first`. Replaces earlier ones that have not finished.
    void start(Position first, int count) noexcept;
    // One past the last frame of the last sound.
    [[nodiscard]] Position end() const noexcept { return end_; }

    // Adds the sounds to `into`, whose first frame is at `first`.
    void mix(Position first, std::span<StereoFrame> into) const noexcept;

  private:
    std::vector<std::int16_t> sound_;
    Frames period_{1};
    Position first_{0};
    Position end_{0};  // not after first_ if there are none
};

}  // namespace tandem
