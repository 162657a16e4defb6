// SPDX-License-Identifier: GPL-3.0-or-later
// A sink's gain, and whether it is muted. Thread: any. Real-time safe: yes.
#pragma once

#include <limits>

#include "tandem/config/setting.hpp"

namespace tandem {

inline constexpr double kLeastGainDb = -60;
inline constexpr double kMostGainDb = 12;

struct GainLimits {
    static constexpr double kLeast = kLeastGainDb;
    static constexpr double kMost = kMostGainDb;
};

class Gain : public Setting<GainLimits> {
  public:
    using Setting::Setting;

    void mute(bool on) noexcept { muted_ = on; }
    [[nodiscard]] bool muted() const noexcept { return muted_; }
    // The gain while it is not muted.
    [[nodiscard]] double set_db() const noexcept { return value(); }
    // What is applied to the sound: -infinity while it is muted.
    [[nodiscard]] double in_force_db() const noexcept {
        return muted_ ? -std::numeric_limits<double>::infinity() : value();
    }

  private:
    bool muted_ = false;
};

}  // namespace tandem
