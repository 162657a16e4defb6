// SPDX-License-Identifier: GPL-3.0-or-later
// The seam to the radio: takes media packets, never waits. Thread: engine. Real-time safe.
#pragma once

#include <cstdint>
#include <span>

namespace tandem {

enum class LinkStatus {
    ok,       // sent or queued
    dropped,  // queued, but the oldest packet in the queue had to go
    broken,   // the socket failed; error() says how; packets are swallowed from now on
};

struct LinkCounters {
    std::uint64_t sent = 0;     // packets the socket took
    std::uint64_t dropped = 0;  // packets that went because the queue was full or the link broken
    std::uint64_t waited = 0;   // packets that could not leave at once
    int queued = 0;             // packets that wait now
};

class Link {
  public:
    virtual ~Link() = default;
    [[nodiscard]] virtual LinkStatus send(std::span<const std::uint8_t> packet) noexcept = 0;
    // Sends what waits, as far as the socket takes it.
    [[nodiscard]] virtual LinkStatus flush() noexcept = 0;
    [[nodiscard]] virtual LinkCounters counters() const noexcept = 0;
    [[nodiscard]] virtual int error() const noexcept { return 0; }  // errno of the failure
};

}  // namespace tandem
