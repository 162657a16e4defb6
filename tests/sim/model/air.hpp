// SPDX-License-Identifier: GPL-3.0-or-later
// The air of one controller with some links: one packet at a time, each takes the slots its length
// asks for, and what is lost is sent again. Thread: one.
#pragma once

#include <algorithm>
#include <cstddef>

#include "sim/model/dice.hpp"
#include "tandem/a2dp/airtime.hpp"
#include "tandem/base/units.hpp"

namespace tandem::sim {

class Air {
  public:
    // `loss`: the share of transmissions that have to be repeated.
    Air(double loss, std::uint64_t seed) noexcept : loss_(loss), dice_(seed) {}

    // Takes a media packet of `octets` at `now`; returns when it has arrived. Times never go back.
    [[nodiscard]] Time send(std::size_t octets, Time now) noexcept {
        free_at_ = std::max(free_at_, now);
        do {
            free_at_ += air_time(octets);
        } while (dice_.unit() < loss_);
        return free_at_;
    }

  private:
    double loss_;
    Dice dice_;
    Time free_at_{};
};

}  // namespace tandem::sim
