// SPDX-License-Identifier: GPL-3.0-or-later
// The air of one controller with some links: one packet at a time, each takes the slots its length
// asks for, and what is lost is sent again. Thread: one.
#pragma once

#include <algorithm>
#include <cstddef>

#include "sim/model/dice.hpp"
#include "tandem/timing/units.hpp"

namespace tandem::sim {

class Air {
  public:
    // `loss`: the share of transmissions that have to be repeated.
    Air(double loss, std::uint64_t seed) noexcept : loss_(loss), dice_(seed) {}

    // Takes a media packet of `octets` at `now`; returns when it has arrived. Times never go back.
    [[nodiscard]] Time send(std::size_t octets, Time now) noexcept {
        free_at_ = std::max(free_at_, now);
        std::size_t left = octets + kL2capHeader;
        while (left > 0) {
            const std::size_t fragment = std::min(left, kLongestFragment);
            do {
                free_at_ += slots(fragment);
            } while (dice_.unit() < loss_);
            left -= fragment;
        }
        return free_at_;
    }

  private:
    static constexpr std::size_t kL2capHeader = 4;
    static constexpr std::size_t kLongestFragment = 1021;

    // 3-DH1, 3-DH3, 3-DH5 with the answer's slot: Bluetooth Core, volume 2, part B, 6.5.4.
    static constexpr Duration slots(std::size_t octets) noexcept {
        const int count = octets <= 83 ? 2 : octets <= 552 ? 4 : 6;
        return std::chrono::microseconds{625} * count;
    }

    double loss_;
    Dice dice_;
    Time free_at_{};
};

}  // namespace tandem::sim
