// SPDX-License-Identifier: GPL-3.0-or-later
// A sink's trim: the user's correction by ear; larger plays later. Thread: any. Real-time safe:
// yes.
#pragma once

#include "tandem/base/units.hpp"
#include "tandem/config/setting.hpp"

namespace tandem {

inline constexpr Duration kMostTrim = std::chrono::milliseconds{500};

struct TrimLimits {
    static constexpr Duration kLeast = -kMostTrim;
    static constexpr Duration kMost = kMostTrim;
};

class Trim : public Setting<TrimLimits> {
  public:
    using Setting::Setting;
    [[nodiscard]] Duration in_force() const noexcept { return value(); }
};

}  // namespace tandem
