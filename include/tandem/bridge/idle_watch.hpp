// SPDX-License-Identifier: GPL-3.0-or-later
// When the streams rest and when they wake: pure, told how long the input has been silent.
// Thread: control.
#pragma once

#include "tandem/base/units.hpp"

namespace tandem {

class IdleWatch {
  public:
    enum class Order { none, rest, wake };

    // `rests`: whether there is any resting, then `after` so much silence.
    void configure(bool rests, Duration after) {
        rests_ = rests;
        after_ = after;
    }
    // `silent`: since the newest sound.
    [[nodiscard]] Order look(Duration silent) {
        const bool rest = rests_ && silent >= after_;
        if (rest == resting_) return Order::none;
        resting_ = rest;
        return rest ? Order::rest : Order::wake;
    }
    [[nodiscard]] bool resting() const { return resting_; }

  private:
    bool rests_ = false;
    Duration after_{};
    bool resting_ = false;
};

}  // namespace tandem
