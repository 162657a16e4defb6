// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/link_meter.hpp"

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/hci_lib.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace tandem {
namespace {

constexpr std::uint16_t kReadRssi = cmd_opcode_pack(OGF_STATUS_PARAM, OCF_READ_RSSI);
constexpr std::uint16_t kReadQuality = cmd_opcode_pack(OGF_STATUS_PARAM, OCF_READ_LINK_QUALITY);

constexpr std::uint8_t low(std::uint16_t value) {
    return static_cast<std::uint8_t>(value & 0xFF);
}
constexpr std::uint8_t high(std::uint16_t value) {
    return static_cast<std::uint8_t>(value >> 8);
}

}  // namespace

LinkMeter::LinkMeter(Loop& loop, OwnedFd controller, std::uint16_t handle, Duration period)
    : controller_(std::move(controller)), handle_(handle) {
    if (!controller_) return;
    events_ = loop.watch(controller_.get(), EPOLLIN, [this](std::uint32_t) { arrived(); });
    timer_ = loop.every(period, [this] { ask(); });
    ask();
}

void LinkMeter::ask() {
    reading_ = std::exchange(fresh_, {});
    send(kReadRssi);
    send(kReadQuality);
}

void LinkMeter::send(std::uint16_t opcode) {
    const std::array<std::uint8_t, 6> command{HCI_COMMAND_PKT, low(opcode),  high(opcode), 2,
                                              low(handle_),    high(handle_)};
    // What can't leave now is asked for again.
    (void)::send(controller_.get(), command.data(), command.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void LinkMeter::arrived() {
    std::array<std::uint8_t, HCI_MAX_EVENT_SIZE> event{};
    for (;;) {
        const auto size = recv(controller_.get(), event.data(), event.size(), MSG_DONTWAIT);
        if (size > 0) {
            take(std::span(event).first(static_cast<std::size_t>(size)));
            continue;
        }
        // The controller went: its link went with it.
        if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
            events_.reset();
            timer_.reset();
            reading_ = {};
        }
        return;
    }
}

// Command Complete: 04 0E length, packets, opcode (2), status, handle (2), value.
void LinkMeter::take(std::span<const std::uint8_t> event) {
    if (event.size() < 10 || event[0] != HCI_EVENT_PKT || event[1] != EVT_CMD_COMPLETE) return;
    const auto word = [&](std::size_t at) {
        return static_cast<std::uint16_t>(event[at] | event[at + 1] << 8);
    };
    if (event[6] != 0 || word(7) != handle_) return;
    if (word(4) == kReadRssi)
        reading_.rssi_db = fresh_.rssi_db = static_cast<std::int8_t>(event[9]);
    else if (word(4) == kReadQuality)
        reading_.quality = fresh_.quality = event[9];
}

OwnedFd open_controller(int device) {
    OwnedFd controller(hci_open_dev(device));
    if (!controller) return {};
    hci_filter filter{};
    hci_filter_clear(&filter);
    hci_filter_set_ptype(HCI_EVENT_PKT, &filter);
    hci_filter_set_event(EVT_CMD_COMPLETE, &filter);
    if (setsockopt(controller.get(), SOL_HCI, HCI_FILTER, &filter, sizeof filter) != 0) return {};
    return controller;
}

}  // namespace tandem
