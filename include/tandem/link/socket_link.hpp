// SPDX-License-Identifier: GPL-3.0-or-later
// A link over a SEQPACKET socket: one write is one packet, as BlueZ's transports have it.
// Thread: made on control, used on the engine thread. Real-time safe but for the constructor.
#pragma once

#include <cstddef>
#include <optional>

#include "tandem/base/owned_fd.hpp"
#include "tandem/link/acl_window.hpp"
#include "tandem/link/link.hpp"

namespace tandem {

class SocketLink final : public Link {
  public:
    // `socket` may be blocking or not: every send asks for MSG_DONTWAIT. `window`: what the
    // controller may hold of it, nullopt: not bounded.
    explicit SocketLink(OwnedFd socket, std::optional<AclWindow> window = std::nullopt);

    [[nodiscard]] LinkStatus send(std::span<const std::uint8_t> packet) noexcept override;
    [[nodiscard]] bool ready(std::size_t bytes) noexcept override;
    // 0 without a window: nobody counts then.
    [[nodiscard]] int in_flight() noexcept override;
    [[nodiscard]] std::uint64_t completed() noexcept override;
    [[nodiscard]] LinkCounters counters() const noexcept override { return counters_; }
    [[nodiscard]] int error() const noexcept override { return error_; }

  private:
    [[nodiscard]] LinkStatus write(std::span<const std::uint8_t> packet) noexcept;

    OwnedFd socket_;
    std::optional<AclWindow> window_;
    std::size_t last_bytes_ = 0;  // of the last packet
    LinkCounters counters_;
    int error_ = 0;
};

}  // namespace tandem
