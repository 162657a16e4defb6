// SPDX-License-Identifier: GPL-3.0-or-later
// Says when something that is done every so often is due; it is told the time. Thread: one.
#pragma once

#include <optional>

#include "tandem/base/units.hpp"

namespace tandem {

class Pace {
  public:
    explicit Pace(Duration period) noexcept : period_(period) {}

    // Whether it is due at `now`, which is less often than this is called. The first time is a
    // period after the first call.
    [[nodiscard]] bool due(Time now) noexcept {
        if (!next_) next_ = now + period_;
        // A timer is a little late now and then: what is due with it is not to miss its turn.
        if (now + period_ / 16 < *next_) return false;
        next_ = now + period_;
        return true;
    }

  private:
    Duration period_;
    std::optional<Time> next_;
};

}  // namespace tandem
