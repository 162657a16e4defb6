// SPDX-License-Identifier: GPL-3.0-or-later
// A link over a SEQPACKET socket: one write is one packet, as BlueZ's transports have it. What the
// socket cannot take now waits in a queue of fixed size; beyond it the oldest packet goes. A link
// that has taken nothing for the length of the queue keeps the newest packet alone, so that nothing
// old is played when it is back.
// Thread: made on control, used on the engine thread. Real-time safe but for the constructor.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "tandem/base/owned_fd.hpp"
#include "tandem/link/acl_window.hpp"
#include "tandem/link/link.hpp"

namespace tandem {

class SocketLink final : public Link {
  public:
    // `socket` may be blocking or not: every send asks for MSG_DONTWAIT. `largest_packet` in bytes,
    // `queue_packets` >= 1. `window`: what the controller may hold of it, nullopt: not bounded.
    SocketLink(OwnedFd socket, std::size_t largest_packet, int queue_packets,
               std::optional<AclWindow> window = std::nullopt);

    [[nodiscard]] LinkStatus send(std::span<const std::uint8_t> packet) noexcept override;
    [[nodiscard]] LinkStatus flush() noexcept override;
    [[nodiscard]] LinkCounters counters() const noexcept override;
    [[nodiscard]] int error() const noexcept override { return error_; }

  private:
    enum class Outcome { sent, full, broken };
    struct Slot {
        std::vector<std::uint8_t> bytes;
        std::size_t size = 0;
    };

    [[nodiscard]] Outcome write(std::span<const std::uint8_t> packet) noexcept;
    [[nodiscard]] std::size_t room() const noexcept;
    void drop_oldest() noexcept;
    void enqueue(std::span<const std::uint8_t> packet) noexcept;

    OwnedFd socket_;
    std::optional<AclWindow> window_;
    std::vector<Slot> slots_;
    std::size_t oldest_ = 0;
    std::size_t waiting_ = 0;
    std::size_t lost_in_a_row_ = 0;  // packets dropped since one left
    LinkCounters counters_;
    int error_ = 0;
};

}  // namespace tandem
