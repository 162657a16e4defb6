// SPDX-License-Identifier: GPL-3.0-or-later
#include "radio.hpp"

#include <algorithm>
#include <utility>

#include "hci.hpp"
#include "l2cap_mtu.hpp"

namespace lab {

namespace {
using namespace std::chrono_literals;

constexpr Time kSupervisionTime = 20s;
constexpr std::uint16_t kAclBytes =
    1021;  // what a controller with 3-DH5 offers; btvirt's own 192 x 1 is none's
constexpr std::uint8_t kAclBuffers = 8;

// What this air carries, as LMP features (volume 2, part C, 3.3): the btvirt of BlueZ 5.82 names
// packets of one slot at 1 Mbit/s only.
void name_packets(std::span<std::uint8_t> features) {
    features[0] |= 0x03;  // 3 and 5 slots
    features[3] |= 0x06;  // EDR at 2 and 3 Mbit/s
    features[4] |= 0x80;  // 3 slots with EDR
    features[5] |= 0x01;  // 5 slots with EDR
}

}  // namespace

Radio::Radio(int controllers, Wires& wires, std::uint32_t seed)
    : wires_{wires}, controllers_(static_cast<std::size_t>(controllers)) {
    for (int i = 0; i < controllers; ++i)
        airs_.emplace_back(seed + static_cast<std::uint32_t>(i));
}

void Radio::set_loss(int controller, double probability) {
    for (Air& air : airs_)
        air.set_loss(controller, probability);
}

void Radio::set_outage(int controller, bool on, Time now) {
    for (Air& air : airs_)
        air.set_outage(controller, on);
    auto& since = controllers_[static_cast<std::size_t>(controller)].outage_since;
    since = on ? std::optional{now} : std::nullopt;
    reach_changed(now);
}

void Radio::from_host(int controller, Time now, std::span<const std::uint8_t> packet) {
    if (packet.empty()) return;
    if (packet[0] == kAcl) {
        carry(controller, now, packet);
        return;
    }
    if (packet[0] == kCommand && packet.size() >= 4 && command(controller, packet, now)) return;
    wires_.to_emulator(controller, packet);
}

void Radio::from_emulator(int controller, std::span<const std::uint8_t> packet) {
    if (packet.size() < 3 || packet[0] == kAcl) return;
    if (packet[0] == kEvent && packet[1] == kConnectionComplete && packet.size() >= 14) {
        connection_complete(controller, packet);
    } else if (packet[0] == kEvent && packet[1] == kDisconnectionComplete && packet.size() >= 7) {
        disconnection_complete(controller, {packet.begin(), packet.end()});
    } else if (packet[0] == kEvent && packet[1] == kCommandComplete && packet.size() >= 7) {
        command_complete(controller, {packet.begin(), packet.end()});
    } else if (packet[0] != kEvent || packet[1] != kCommandStatus || packet.size() < 7 ||
               !hide_status(controller, u16(packet, 5))) {
        wires_.to_host(controller, packet);
    }
}

bool Radio::hide_status(int controller, std::uint16_t command) {
    Controller& self = controllers_[static_cast<std::size_t>(controller)];
    int* own = command == kDisconnect         ? &self.own_disconnects
               : command == kCreateConnection ? &self.own_pages
                                              : nullptr;
    if (own == nullptr || *own == 0) return false;
    --*own;
    return true;
}

void Radio::connection_complete(int controller, std::span<const std::uint8_t> packet) {
    const std::uint8_t status = packet[3];
    constexpr std::uint8_t kAclLink = 0x01;
    if (status == 0 && packet[12] == kAclLink) {
        controllers_[static_cast<std::size_t>(controller)].unmatched[u16(packet, 4)] =
            address_at(packet, 6);
        match_links();
    }
    wires_.to_host(controller, packet);
}

// A link is known when both ends have said which handle they use for it.
void Radio::match_links() {
    const int count = static_cast<int>(controllers_.size());
    for (int a = 0; a < count; ++a) {
        for (int b = a + 1; b < count; ++b) {
            Controller& one = controllers_[static_cast<std::size_t>(a)];
            Controller& other = controllers_[static_cast<std::size_t>(b)];
            const auto to = std::ranges::find_if(
                one.unmatched, [&](const auto& e) { return e.second == other.address; });
            const auto back = std::ranges::find_if(
                other.unmatched, [&](const auto& e) { return e.second == one.address; });
            if (to == one.unmatched.end() || back == other.unmatched.end()) continue;
            one.links[to->first] = {b, back->first};
            other.links[back->first] = {a, to->first};
            one.unmatched.erase(to);
            other.unmatched.erase(back);
        }
    }
}

void Radio::disconnection_complete(int controller, Bytes packet) {
    Controller& self = controllers_[static_cast<std::size_t>(controller)];
    const std::uint16_t handle = u16(packet, 4);
    self.unmatched.erase(handle);
    const auto link = self.links.find(handle);
    if (packet[3] == 0 && link != self.links.end()) {
        if (link->second.timed_out) packet[6] = kConnectionTimeout;
        air_of(controller, link->second.peer).forget(controller, link->second.peer);
        self.links.erase(link);
    }
    wires_.to_host(controller, packet);
}

void Radio::command_complete(int controller, Bytes packet) {
    const std::uint16_t command = u16(packet, 4);
    if (command == kReadFeatures && packet.size() >= 15) {
        name_packets(std::span{packet}.subspan(7));
    } else if (command == kReadBufferSize && packet.size() >= 14) {
        packet[7] = low(kAclBytes);
        packet[8] = high(kAclBytes);
        packet[10] = kAclBuffers;
        packet[11] = 0;
    } else if (command == kReadAddress && packet.size() >= 13) {
        controllers_[static_cast<std::size_t>(controller)].address = address_at(packet, 7);
    }
    wires_.to_host(controller, packet);
}

void Radio::carry(int controller, Time now, std::span<const std::uint8_t> packet) {
    constexpr std::size_t kHeader = 5;
    if (packet.size() < kHeader) return;
    const std::uint16_t handle = u16(packet, 1) & 0x0fff;
    auto flags = static_cast<std::uint8_t>(packet[2] >> 4);
    constexpr std::uint8_t kFirstNotFlushable =
        0;  // only a host may say this; a controller delivers it as "first"
    constexpr std::uint8_t kFirst = 2;
    if (flags == kFirstNotFlushable) flags = kFirst;
    const auto& links = controllers_[static_cast<std::size_t>(controller)].links;
    const auto link = links.find(handle);
    if (link == links.end()) {  // the other end has not answered yet or is gone: nobody hears it
        completed(controller, handle);
        return;
    }
    Frame frame{
        controller, link->second.peer, handle, {packet.begin() + kHeader, packet.end()}, flags};
    const auto mtu = controllers_[static_cast<std::size_t>(controller)].mtu;
    if (mtu && flags == kFirst) limit_mtu(frame.payload, *mtu);
    air_of(controller, link->second.peer).offer(now, std::move(frame));
}

void Radio::completed(int controller, std::uint16_t handle) {
    wires_.to_host(controller,
                   Bytes{kEvent, kCompletedPackets, 5, 1, low(handle), high(handle), 1, 0});
}

void Radio::deliver(const Frame& frame) {
    const auto& links = controllers_[static_cast<std::size_t>(frame.from)].links;
    const auto link = links.find(frame.from_handle);
    if (link == links.end()) return;
    const std::uint16_t handle = link->second.handle;
    const auto length = static_cast<std::uint16_t>(frame.payload.size());
    Bytes packet{kAcl, low(handle), static_cast<std::uint8_t>(high(handle) | frame.start_flag << 4),
                 low(length), high(length)};
    packet.insert(packet.end(), frame.payload.begin(), frame.payload.end());
    wires_.arrived(frame.to, frame.arrived, packet);
    wires_.to_host(frame.to, packet);
    completed(frame.from, frame.from_handle);
}

std::optional<Time> Radio::next_event() const {
    std::optional<Time> next;
    const auto consider = [&](Time time) { next = next ? std::min(*next, time) : time; };
    for (const Air& air : airs_) {
        if (const auto end = air.next_end()) consider(*end);
    }
    if (const auto end = paging_.next_event()) consider(*end);
    for (const Controller& controller : controllers_) {
        const bool waits = std::ranges::any_of(controller.links,
                                               [](const auto& l) { return !l.second.timed_out; });
        if (controller.outage_since && waits) consider(*controller.outage_since + kSupervisionTime);
    }
    return next;
}

void Radio::advance(Time now) {
    for (Air& air : airs_) {
        for (const Frame& frame : air.take_done(now))
            deliver(frame);
    }
    end_pages(now);
    drop_silent_links(now);
}

// Both ends of a link notice the silence; btvirt is told by one of them, as if its host had asked.
void Radio::drop_silent_links(Time now) {
    for (std::size_t index = 0; index < controllers_.size(); ++index) {
        Controller& silent = controllers_[index];
        if (!silent.outage_since || *silent.outage_since + kSupervisionTime > now) continue;
        for (auto& [handle, link] : silent.links) {
            if (link.timed_out) continue;
            link.timed_out = true;
            auto& back = controllers_[static_cast<std::size_t>(link.peer)].links;
            if (const auto other = back.find(link.handle); other != back.end())
                other->second.timed_out = true;
            ++silent.own_disconnects;
            constexpr std::uint8_t kUserEnded = 0x13;
            wires_.to_emulator(static_cast<int>(index),
                               Bytes{kCommand, low(kDisconnect), high(kDisconnect), 3, low(handle),
                                     high(handle), kUserEnded});
        }
    }
}

}  // namespace lab
