// SPDX-License-Identifier: GPL-3.0-or-later
// The virtual radio: stands between the hosts (one HCI device of the kernel each) and the
// controllers that btvirt emulates. Commands and events pass through; ACL data does not, the radio
// carries it itself, because btvirt forwards it under the sender's connection handle, which breaks
// as soon as one controller has two links.
//
// Pure: bytes and times in, bytes out through Wires. A packet is an H4 packet, its type in the
// first byte.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "air.hpp"
#include "paging.hpp"

namespace lab {

using Bytes = std::vector<std::uint8_t>;
using Address = std::array<std::uint8_t, 6>;  // as on the wire, lowest octet first

class Wires {
  public:
    virtual ~Wires() = default;
    virtual void to_host(int controller, std::span<const std::uint8_t> packet) = 0;
    virtual void to_emulator(int controller, std::span<const std::uint8_t> packet) = 0;
    // A frame arrived at a controller at this time; to_host follows.
    virtual void arrived(int controller, Time time, std::span<const std::uint8_t> packet) = 0;
};

class Radio {
  public:
    // Controllers are numbered from 0. Where two have a link, the lower number is its central.
    Radio(int controllers, Wires& wires, std::uint32_t seed);

    void from_host(int controller, Time now, std::span<const std::uint8_t> packet);
    void from_emulator(int controller, std::span<const std::uint8_t> packet);

    [[nodiscard]] std::optional<Address> address_of(int controller) const {
        return controllers_[static_cast<std::size_t>(controller)].address;
    }

    void set_loss(int controller, double probability);
    // Out of reach: nothing passes, pages time out, and a link that stays so for the supervision
    // timeout is dropped.
    void set_outage(int controller, bool on, Time now);
    // What is sent to this controller comes in packets of at most so many bytes (672 and more):
    // holds for the channels that are opened from now on.
    void set_mtu(int controller, std::uint16_t mtu) {
        controllers_[static_cast<std::size_t>(controller)].mtu = mtu;
    }

    // How long the controller has paged so far.
    [[nodiscard]] Time paged(int controller, Time now) const {
        return paging_.spent(controller, now);
    }

    [[nodiscard]] std::optional<Time> next_event() const;
    void advance(Time now);

  private:
    struct Link {
        int peer{-1};
        std::uint16_t handle{};
        bool timed_out{};  // its Disconnection Complete says "connection timeout"
    };
    struct Controller {
        std::optional<Address> address;
        std::map<std::uint16_t, Link> links;
        std::map<std::uint16_t, Address>
            unmatched;  // connected, the other end's event has not come yet
        // Commands of the radio whose status the host must not see, or has seen.
        int own_disconnects{};
        int own_pages{};
        bool listens{};  // it scans for pages
        std::optional<Time> outage_since;
        std::optional<std::uint16_t> mtu;
    };
    void connection_complete(int controller, std::span<const std::uint8_t> packet);
    void match_links();
    void disconnection_complete(int controller, Bytes packet);
    void command_complete(int controller, Bytes packet);
    bool command(int controller, std::span<const std::uint8_t> packet, Time now);
    bool hide_status(int controller, std::uint16_t command);
    [[nodiscard]] std::optional<int> controller_at(std::span<const std::uint8_t> command) const;
    [[nodiscard]] bool hears(int target, int pager) const;
    void reach_changed(Time now);
    bool begin_page(int controller, std::span<const std::uint8_t> command, Time now);
    bool cancel_page(int controller, std::span<const std::uint8_t> command, Time now);
    void carry(int controller, Time now, std::span<const std::uint8_t> packet);
    void deliver(const Frame& frame);
    void completed(int controller, std::uint16_t handle);
    void page_failed(const Page& page, std::uint8_t status);
    void end_pages(Time now);
    void drop_silent_links(Time now);
    Air& air_of(int one, int other) {
        return airs_[static_cast<std::size_t>(one < other ? one : other)];
    }

    Wires& wires_;
    std::vector<Controller> controllers_;
    std::vector<Air> airs_;  // one per possible central
    Paging paging_;
};

}  // namespace lab
