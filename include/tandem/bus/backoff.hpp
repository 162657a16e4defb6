// SPDX-License-Identifier: GPL-3.0-or-later
// How long to wait before trying again. Pure: any thread.
#pragma once

#include <algorithm>

#include "tandem/base/units.hpp"

namespace tandem {

// Doubles from `first` up to `longest`.
struct BackoffPolicy {
    Duration first{std::chrono::seconds(2)};
    Duration longest{std::chrono::seconds(60)};

    // The wait after the `failures`-th failure in a row (1 = the first).
    [[nodiscard]] constexpr Duration after(int failures) const {
        Duration wait = first;
        for (int i = 1; i < failures && wait < longest; ++i)
            wait *= 2;
        return std::min(wait, longest);
    }
};

}  // namespace tandem
