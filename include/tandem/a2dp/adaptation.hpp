// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses a stream's bitpool by what its link carries: down when packets have to wait, up again
// when that has been over for long. SBC may change its bitpool from frame to frame, below the one
// that was negotiated: the frame's header has it. Pure; looked at about once a second. Thread:
// control.
#pragma once

#include <cstdint>
#include <vector>

#include "tandem/a2dp/sbc_config.hpp"

namespace tandem {

// Packets of a link since its stream began.
struct LinkUse {
    std::uint64_t sent = 0;
    std::uint64_t waited = 0;  // could not leave at once
    std::uint64_t dropped = 0;
};

class BitpoolAdaptation {
  public:
    // `config.bitpool` is the most it gives.
    explicit BitpoolAdaptation(const SbcConfig& config);

    // Another stream over the same link: counters begin at 0 again, what was found stays.
    void begin_stream() noexcept { seen_ = {}; }

    // To be called once a second with the link's counters; the bitpool from now on.
    int look(const LinkUse& use);
    [[nodiscard]] int bitpool() const { return steps_[step_]; }
    [[nodiscard]] int full() const { return steps_.front(); }

  private:
    enum class Link { silent, free, busy, congested };

    [[nodiscard]] static Link judge(const LinkUse& before, const LinkUse& now);
    void step_down();
    void step_up();

    std::vector<int> steps_;  // falling
    std::size_t step_ = 0;
    LinkUse seen_;
    int congested_ = 0;        // looks in a row
    int free_ = 0;             // looks in a row
    int patience_;             // free looks before a step up
    bool stepped_up_ = false;  // last time; whether that was right shows in its first looks
};

}  // namespace tandem
