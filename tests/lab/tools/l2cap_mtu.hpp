// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace lab {

// Lowers the MTU that a host offers for its channels. `payload` is that of an ACL packet which
// starts an L2CAP packet; anything but a Configure Request with an MTU option above `most` stays as
// it is. Bluetooth Core, volume 3, part A, 4.4 and 5.1.
void limit_mtu(std::span<std::uint8_t> payload, std::uint16_t most);

}  // namespace lab
