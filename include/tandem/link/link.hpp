// SPDX-License-Identifier: GPL-3.0-or-later
// The seam to the radio: takes media packets or does not, and never waits. It keeps none: what it
// does not take stays with whoever sends. Thread: engine. Real-time safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tandem {

enum class LinkStatus {
    sent,
    full,    // not now: the packet is still the caller's
    broken,  // the socket failed; error() says how; packets are swallowed from now on
};

struct LinkCounters {
    std::uint64_t sent = 0;     // packets the socket took
    std::uint64_t dropped = 0;  // packets that a broken link swallowed
};

class Link {
  public:
    virtual ~Link() = default;
    [[nodiscard]] virtual LinkStatus send(std::span<const std::uint8_t> packet) noexcept = 0;
    // Whether a packet of `bytes` would be taken now, as far as can be told.
    [[nodiscard]] virtual bool ready(std::size_t bytes) noexcept = 0;
    // Packets that were taken and have not left the controller yet, as far as can be told.
    [[nodiscard]] virtual int in_flight() noexcept { return 0; }
    // Packets of its connection that have left the controller so far, whoever sent them, as far as
    // can be told.
    [[nodiscard]] virtual std::uint64_t completed() noexcept { return 0; }
    [[nodiscard]] virtual LinkCounters counters() const noexcept = 0;
    [[nodiscard]] virtual int error() const noexcept { return 0; }  // errno of the failure
};

}  // namespace tandem
