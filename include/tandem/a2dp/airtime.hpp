// SPDX-License-Identifier: GPL-3.0-or-later
// How long a packet is on the air. Thread: any. Real-time safe: yes.
#pragma once

#include <algorithm>
#include <cstddef>

#include "tandem/timing/units.hpp"

namespace tandem {

// A media packet with its L2CAP header over an EDR link of 3 Mbit/s, the slots of the answers
// included and nothing repeated. 2 slots of 0.625 ms for up to 83 octets (3-DH1), 4 for up to 552
// (3-DH3), 6 for up to 1021 (3-DH5); what is longer takes several. Bluetooth Core, volume 2, part
// B, section 6.5.4.
[[nodiscard]] constexpr Duration air_time(std::size_t media_packet_octets) noexcept {
    constexpr Duration slot = std::chrono::microseconds{625};
    constexpr std::size_t l2cap_header = 4;
    constexpr std::size_t longest = 1021;
    Duration time{};
    for (std::size_t left = media_packet_octets + l2cap_header; left > 0;) {
        const std::size_t part = std::min(left, longest);
        time += slot * (part <= 83 ? 2 : part <= 552 ? 4 : 6);
        left -= part;
    }
    return time;
}

}  // namespace tandem
