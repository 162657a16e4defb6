// SPDX-License-Identifier: GPL-3.0-or-later
// How well the controller hears a speaker: signal strength and link quality, asked for every few
// seconds. Waits for no answer; a controller that gives none leaves the reading empty.
// Thread: control.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "tandem/base/owned_fd.hpp"
#include "tandem/bus/loop.hpp"

namespace tandem {

// A link (ACL connection) as the controller knows it.
struct ControllerLink {
    int device = 0;            // N of hciN
    std::uint16_t handle = 0;  // of the connection
};

class LinkMeter {
  public:
    // Bluetooth Core 5.4, Vol 4, Part E, 7.5.4 and 7.5.3.
    struct Reading {
        // How far the signal is above (or, negative, below) what the controller likes best; 0 is
        // within it. Not dBm.
        std::optional<int> rssi_db;
        std::optional<int> quality;  // 0..255, 255 = best; each controller has its own scale
    };
    static constexpr Duration kPeriod = std::chrono::seconds{5};

    // `controller` takes HCI commands and gives HCI events, a packet each, without blocking.
    LinkMeter(Loop& loop, OwnedFd controller, std::uint16_t handle, Duration period = kPeriod);
    // The newest answers; none once an asking stayed without.
    [[nodiscard]] const Reading& reading() const noexcept { return reading_; }

  private:
    void ask();
    void send(std::uint16_t opcode);
    void arrived();
    void take(std::span<const std::uint8_t> event);

    OwnedFd controller_;
    std::uint16_t handle_;
    Reading reading_;
    Reading fresh_;  // what has come since the last asking
    Loop::Handle events_;
    Loop::Handle timer_;
};

// A socket to the controller hciN for a LinkMeter; empty if the kernel gives none. These two
// questions need no privilege.
[[nodiscard]] OwnedFd open_controller(int device);

}  // namespace tandem
