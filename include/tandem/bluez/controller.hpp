// SPDX-License-Identifier: GPL-3.0-or-later
// What the controller (HCI) knows of a transport's link. Thread: control.
#pragma once

#include <optional>
#include <string>

#include "tandem/bluez/link_meter.hpp"
#include "tandem/link/acl_window.hpp"

namespace tandem {

struct AclShare {
    std::optional<ControllerLink> link;  // known without any privilege
    std::optional<AclWindow> window;
    std::string
        why_not;  // the kernel's words where it refused; empty: the socket has no controller
};

// Bounds what the controller of `adapter` ("hci0") may hold of the link of `transport`, an L2CAP
// socket, to its share where `links` (>= 1) use that controller. Takes CAP_NET_RAW: the kernel
// hides the events otherwise.
[[nodiscard]] AclShare share_controller(int transport, const std::string& adapter, int links);

}  // namespace tandem
