// SPDX-License-Identifier: GPL-3.0-or-later
// How long packets keep the air busy (Bluetooth Core 5.4, Vol 2, Part B, 6.7: sizes of ACL
// packets), without retransmissions. Thread: any. Real-time safe.
#pragma once

#include <cstddef>

#include "tandem/base/units.hpp"

namespace tandem {

// What the link's modulation carries: Basic Rate, Enhanced Data Rate of 2 or 3 Mbit/s.
enum class AirRate { basic, edr2, edr3 };

// Of one media packet of `bytes` (as a link takes it): its slots, and one each for the answer. What
// is larger than the largest air packet goes in several.
[[nodiscard]] Duration air_time(std::size_t bytes, AirRate rate = AirRate::edr3) noexcept;

}  // namespace tandem
