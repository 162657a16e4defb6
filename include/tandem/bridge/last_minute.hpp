// SPDX-License-Identifier: GPL-3.0-or-later
// By how much a count has grown in the last minute; it is told the time. Thread: one.
#pragma once

#include <cstdint>
#include <deque>

#include "tandem/base/units.hpp"

namespace tandem {

class LastMinute {
  public:
    // The count is `total` at `now`. It is to be told every few seconds, and never less than
    // before.
    void note(std::uint64_t total, Time now) {
        totals_.push_back({now, total});
        // The newest of those that are a minute old is where the minute began.
        while (totals_.size() > 1 && now - totals_[1].time >= std::chrono::minutes{1})
            totals_.pop_front();
    }
    [[nodiscard]] std::uint64_t growth() const {
        return totals_.empty() ? 0 : totals_.back().total - totals_.front().total;
    }

  private:
    struct Total {
        Time time;
        std::uint64_t total;
    };
    std::deque<Total> totals_;
};

}  // namespace tandem
