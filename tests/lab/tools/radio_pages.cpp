// SPDX-License-Identifier: GPL-3.0-or-later
// The radio's part in pages: which commands begin and end them, who hears whom.
#include <algorithm>

#include "hci.hpp"
#include "radio.hpp"

namespace lab {

// Whether the radio deals with the command itself.
bool Radio::command(int controller, std::span<const std::uint8_t> packet, Time now) {
    Controller& self = controllers_[static_cast<std::size_t>(controller)];
    switch (u16(packet, 1)) {
        case kCreateConnection:
            return packet.size() >= 10 && begin_page(controller, packet, now);
        case kCreateConnectionCancel:
            return packet.size() >= 10 && cancel_page(controller, packet, now);
        case kReset:
            self.listens = false;
            reach_changed(now);
            return false;
        case kWriteScanEnable:
            self.listens = packet.size() >= 5 && (packet[4] & 0x02) != 0;
            reach_changed(now);
            return false;
        default:
            return false;
    }
}

std::optional<int> Radio::controller_at(std::span<const std::uint8_t> command) const {
    const Address wanted = address_at(command, 4);
    const auto target = std::ranges::find_if(
        controllers_, [&](const Controller& c) { return c.address == wanted; });
    if (target == controllers_.end()) return std::nullopt;
    return static_cast<int>(target - controllers_.begin());
}

bool Radio::hears(int target, int pager) const {
    const Controller& listener = controllers_[static_cast<std::size_t>(target)];
    return listener.listens && !listener.outage_since &&
           !controllers_[static_cast<std::size_t>(pager)].outage_since;
}

void Radio::reach_changed(Time now) {
    const int count = static_cast<int>(controllers_.size());
    for (int pager = 0; pager < count; ++pager) {
        for (int target = 0; target < count; ++target)
            paging_.hears(pager, target, hears(target, pager), now);
    }
}

bool Radio::begin_page(int controller, std::span<const std::uint8_t> command, Time now) {
    const auto target = controller_at(command);
    if (!target) return false;
    wires_.to_host(controller, Bytes{kEvent, kCommandStatus, 4, 0, 1, low(kCreateConnection),
                                     high(kCreateConnection)});
    paging_.begin({controller, *target, {command.begin(), command.end()}, {}, {}},
                  hears(*target, controller), now);
    return true;
}

bool Radio::cancel_page(int controller, std::span<const std::uint8_t> command, Time now) {
    const auto target = controller_at(command);
    const auto page = target ? paging_.cancel(controller, *target, now) : std::nullopt;
    if (!page) return false;
    Bytes answer{kEvent,
                 kCommandComplete,
                 10,
                 1,
                 low(kCreateConnectionCancel),
                 high(kCreateConnectionCancel),
                 0};
    answer.insert(answer.end(), page->command.begin() + 4, page->command.begin() + 10);
    wires_.to_host(controller, answer);
    page_failed(*page, kUnknownConnection);
    return true;
}

void Radio::page_failed(const Page& page, std::uint8_t status) {
    Bytes event{kEvent, kConnectionComplete, 11, status, 0, 0};
    event.insert(event.end(), page.command.begin() + 4, page.command.begin() + 10);
    event.insert(event.end(), {0x01, 0x00});
    wires_.to_host(page.controller, event);
}

// The emulator makes the connection of a page that was answered. Of two that page each other one is
// the first to be heard: the other one's page ends then (volume 4, part E, 7.1.5), where the
// emulator would make a second connection.
void Radio::end_pages(Time now) {
    for (const Page& page : paging_.take_ended(now)) {
        if (!page.heard_at) {
            page_failed(page, kPageTimeout);
            continue;
        }
        if (const auto crossing = paging_.cancel(page.target, page.controller, now))
            page_failed(*crossing, kConnectionExists);
        ++controllers_[static_cast<std::size_t>(page.controller)].own_pages;
        wires_.to_emulator(page.controller, page.command);
    }
}

}  // namespace lab
