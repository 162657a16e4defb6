// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/a2dp/airtime.hpp"

#include <algorithm>
#include <array>

namespace tandem {
namespace {

constexpr Duration kSlot = std::chrono::microseconds{625};
constexpr std::size_t kL2capHeader = 4;  // bytes

// The most bytes that an air packet of 1, 3 and 5 slots holds.
using Capacities = std::array<std::size_t, 3>;
constexpr std::array<Capacities, 3> kCapacities{{
    {27, 183, 339},   // DH1, DH3, DH5
    {54, 367, 679},   // 2-DH1, 2-DH3, 2-DH5
    {83, 552, 1021},  // 3-DH1, 3-DH3, 3-DH5
}};

}  // namespace

Duration air_time(std::size_t bytes, AirRate rate) noexcept {
    const Capacities& capacities = kCapacities[static_cast<std::size_t>(rate)];
    std::size_t left = bytes + kL2capHeader;
    Duration whole{};
    while (left > 0) {
        std::size_t type = 0;
        while (type + 1 < capacities.size() && capacities[type] < left)
            ++type;
        whole += kSlot * static_cast<std::int64_t>(2 * type + 1 + 1);
        left -= std::min(left, capacities[type]);
    }
    return whole;
}

}  // namespace tandem
