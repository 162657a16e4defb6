// SPDX-License-Identifier: GPL-3.0-or-later
// A controller as this kernel sees it: a new HCI device, and the file by which H4 packets go to it
// and come from it, in any pieces.
#pragma once

#include <cstdint>

namespace lab {

// hci_vhci's answer to the making of a device begins with this, a read of its own, among the first.
inline constexpr std::uint8_t kCreated = 0xff;

// A device of hci_vhci or, where the kernel has none (Debian's for Arm), one of hci_uart on a
// pseudo-terminal, as a Raspberry Pi's own radio hangs on a serial line. The descriptor does not
// block, and stays open as long as the process; the device goes with it. The kernel asks the
// device its first questions at once and gives it two seconds for each answer. Throws
// std::runtime_error.
[[nodiscard]] int open_host_device();

}  // namespace lab
