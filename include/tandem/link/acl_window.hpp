// SPDX-License-Identifier: GPL-3.0-or-later
// How many packets of one link the controller may hold. Its buffers are common to all links (eight,
// as a rule), and it keeps what it cannot deliver: without a bound a speaker out of range fills
// them within 0.2 s, and nobody else hears anything until its link breaks, 20 s later. What is out
// is known from the controller's Number Of Completed Packets events. Thread: made on control, used
// on the engine thread. Real-time safe but for the constructor.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tandem/base/owned_fd.hpp"

namespace tandem {

class AclWindow {
  public:
    struct Settings {
        std::uint16_t handle = 0;         // of the link
        std::size_t fragment_bytes = 27;  // what the controller takes at once
        int most = 2;                     // fragments in the controller, at least one packet's
    };
    // `events` delivers HCI event packets, one a read: those of Number Of Completed Packets, of any
    // link of the controller.
    AclWindow(OwnedFd events, const Settings& settings);

    // Whether a packet of `bytes` may go now.
    [[nodiscard]] bool open_for(std::size_t bytes) noexcept;
    // How many packets of `bytes` are out, the one that is only half there included.
    [[nodiscard]] int packets_out(std::size_t bytes) noexcept;
    // How many of the link's fragments have left the controller, signalling included.
    [[nodiscard]] std::uint64_t completed() noexcept;
    // It went.
    void sent(std::size_t bytes) noexcept { out_ += fragments(bytes); }

  private:
    [[nodiscard]] int fragments(std::size_t bytes) const noexcept;
    void read_events() noexcept;

    OwnedFd events_;
    Settings settings_;
    int out_ = 0;  // fragments in the controller
    std::uint64_t completed_ = 0;
};

}  // namespace tandem
