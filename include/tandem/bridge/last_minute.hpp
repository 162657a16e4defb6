// SPDX-License-Identifier: GPL-3.0-or-later
// By how much a count has grown in the last minute; it is told the time. Thread: one.
#pragma once

#include <cstdint>
#include <deque>

#include "tandem/base/units.hpp"

namespace tandem {

class LastMinute {
  public:
    // The count is `total` at `now`. It is to be told every few seconds, or more often, and never
    // less than before.
    void note(std::uint64_t total, Time now) {
        const std::size_t size = totals_.size();
        if (size > 1 && totals_[size - 1].time - totals_[size - 2].time < kStep) totals_.pop_back();
        totals_.push_back({now, total});
        // The newest of those that are a minute old is where the minute began.
        while (totals_.size() > 1 && now - totals_[1].time >= std::chrono::minutes{1})
            totals_.pop_front();
    }
    [[nodiscard]] std::uint64_t growth() const {
        return totals_.empty() ? 0 : totals_.back().total - totals_.front().total;
    }

  private:
    static constexpr Duration kStep = std::chrono::seconds{1};  // between those that are kept
    struct Total {
        Time time;
        std::uint64_t total;
    };
    std::deque<Total> totals_;
};

}  // namespace tandem
