// SPDX-License-Identifier: GPL-3.0-or-later
// When a new connection has said all it has to say beside the sound. A speaker starts with a
// certain packet of its stream, and is as late for good as that packet was: it is not to wait
// behind what BlueZ asks the speaker meanwhile (SDP, AVRCP; measured: for 0.2 s after the stream is
// open, each packet up to 10 ms late). Pure. Thread: engine; real-time safe.
#pragma once

#include <cstdint>
#include <optional>

#include "tandem/base/units.hpp"

namespace tandem {

class Calm {
  public:
    // `said`: how many packets of the connection have left the controller so far; before the first
    // media packet, all of them are such talk. True once there were no more for 150 ms, or 1 s
    // after the first look: some speakers are never silent.
    [[nodiscard]] bool came(std::uint64_t said, Time now) noexcept;

  private:
    struct Look {
        Time first{};
        Time changed{};
        std::uint64_t said = 0;
    };
    std::optional<Look> look_;
};

}  // namespace tandem
