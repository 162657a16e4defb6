// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps faults that others on the bus can provoke from filling the journal: passes a few per hour,
// and repeated ones once. Thread: control.
#pragma once

#include <optional>
#include <string>

#include "tandem/base/units.hpp"

namespace tandem {

class FaultLimit {
  public:
    static constexpr Duration kHour = std::chrono::hours{1};
    static constexpr int kMost = 5;  // per hour

    // Returns the line to log for `fault`, if any.
    [[nodiscard]] std::optional<std::string> line_for(const std::string& fault, Time now) {
        if (!begin_ || now - *begin_ >= kHour) {
            begin_ = now;
            told_ = 0;
            last_.clear();
        }
        if (told_ >= kMost || fault == last_) return std::nullopt;
        last_ = fault;
        const bool full = ++told_ == kMost;
        return full ? fault + " (more of this kind is not logged for an hour)" : fault;
    }

  private:
    std::optional<Time> begin_;
    int told_ = 0;
    std::string last_;
};

}  // namespace tandem
