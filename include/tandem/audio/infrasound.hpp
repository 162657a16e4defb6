// SPDX-License-Identifier: GPL-3.0-or-later
// A tone of 10 Hz at -40 dBFS: inaudible, but speakers that switch themselves off during silence
// take it for music. Thread: engine. Real-time safe: yes, but for the constructor.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tandem/audio/frame.hpp"
#include "tandem/base/units.hpp"

namespace tandem {

class Infrasound {
  public:
    explicit Infrasound(SampleRate rate);

    void set_on(bool on) noexcept { on_ = on; }
    [[nodiscard]] bool on() const noexcept { return on_; }
    // If it is on, adds the tone to `into`, whose first frame is at `first`. The sum is clipped at
    // full scale.
    void mix(Position first, std::span<StereoFrame> into) const noexcept;

  private:
    std::vector<std::int16_t> period_;
    bool on_ = false;
};

}  // namespace tandem
