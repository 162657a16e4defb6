// SPDX-License-Identifier: GPL-3.0-or-later
// A tone of 10 Hz, 40 dB below full scale: nobody hears it, and a speaker that switches itself off
// on silence takes it for music. Thread: engine. Real-time safe but for the constructor.
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
    // Adds the tone to `into`, which stands at `first`, while it is on; what is too loud for both
    // is held at full scale.
    void mix(Position first, std::span<StereoFrame> into) const noexcept;

  private:
    std::vector<std::int16_t> period_;
    bool on_ = false;
};

}  // namespace tandem
