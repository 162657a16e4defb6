// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/controller.hpp"

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/hci_lib.h>
#include <bluetooth/l2cap.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tandem {
namespace {

// Never less than a packet that is sent while the next one waits.
constexpr int kLeast = 2;

// Lets nothing but Number Of Completed Packets through; whether the kernel agreed. Without
// CAP_NET_RAW it takes the filter and clears what it does not grant.
bool set_filter(int events) {
    hci_filter filter{};
    hci_filter_clear(&filter);
    hci_filter_set_ptype(HCI_EVENT_PKT, &filter);
    hci_filter_set_event(EVT_NUM_COMP_PKTS, &filter);
    socklen_t size = sizeof filter;
    if (setsockopt(events, SOL_HCI, HCI_FILTER, &filter, size) != 0) return false;
    if (getsockopt(events, SOL_HCI, HCI_FILTER, &filter, &size) != 0) return false;
    if (hci_test_bit(EVT_NUM_COMP_PKTS, static_cast<void*>(filter.event_mask)) != 0) return true;
    errno = EPERM;
    return false;
}

}  // namespace

AclShare share_controller(int transport, const std::string& adapter, int links) {
    l2cap_conninfo link{};
    socklen_t size = sizeof link;
    if (getsockopt(transport, SOL_L2CAP, L2CAP_CONNINFO, &link, &size) != 0) return {};
    const int device = hci_devid(adapter.c_str());
    hci_dev_info info{};
    if (device < 0 || hci_devinfo(device, &info) != 0) return {{}, {}, std::strerror(errno)};
    const ControllerLink known{device, link.hci_handle};
    OwnedFd events(hci_open_dev(device));
    if (!events || !set_filter(events.get())) return {known, {}, std::strerror(errno)};
    const AclWindow::Settings settings{
        .handle = link.hci_handle,
        .fragment_bytes = std::max<std::size_t>(info.acl_mtu, 27),
        .most = std::max(info.acl_pkts / std::max(links, 2), kLeast),
    };
    return {known, AclWindow(std::move(events), settings), ""};
}

}  // namespace tandem
