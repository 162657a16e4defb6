// SPDX-License-Identifier: GPL-3.0-or-later
// A received A2DP media packet, taken apart (RFC 3550, A2DP 1.3 section 4.3.4). Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace tandem {

struct MediaPacket {
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t ssrc = 0;
    int frames = 0;                         // SBC frames, as the payload header counts them: 1..15
    std::span<const std::uint8_t> payload;  // the SBC frames
};

// The bytes are outside data: anything may be in them. nullopt: not a packet with whole SBC frames.
[[nodiscard]] std::optional<MediaPacket> parse_media_packet(
    std::span<const std::uint8_t> bytes) noexcept;

}  // namespace tandem
