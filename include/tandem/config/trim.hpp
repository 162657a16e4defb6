// SPDX-License-Identifier: GPL-3.0-or-later
// A sink's trim: what the configuration says and what was set since by ear. Thread: any.
#pragma once

#include <chrono>

#include "tandem/base/units.hpp"

namespace tandem {

inline constexpr Duration kMostTrim = std::chrono::milliseconds{500};

class Trim {
  public:
    explicit Trim(Duration configured = {}) noexcept
        : configured_(configured), in_force_(configured) {}

    // The configuration was read: a trim that was set by ear stays, unless the configured one is
    // another than before.
    void configure(Duration configured) noexcept {
        if (configured != configured_) in_force_ = configured;
        configured_ = configured;
    }
    // False (and nothing changes) beyond +-kMostTrim.
    [[nodiscard]] bool set(Duration trim) noexcept {
        if (std::chrono::abs(trim) > kMostTrim) return false;
        in_force_ = trim;
        return true;
    }
    // The configuration was changed to `configured` because of what was set.
    void saved_as(Duration configured) noexcept { configured_ = configured; }

    [[nodiscard]] Duration in_force() const noexcept { return in_force_; }
    [[nodiscard]] bool saved() const noexcept { return in_force_ == configured_; }

  private:
    Duration configured_;
    Duration in_force_;
};

}  // namespace tandem
