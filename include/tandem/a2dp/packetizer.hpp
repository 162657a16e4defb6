// SPDX-License-Identifier: GPL-3.0-or-later
// Puts SBC frames into RTP media packets (RFC 3550, section 5.1; A2DP 1.3, section 4.3.4).
// Thread: engine. Real-time safe but for the constructor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tandem/base/units.hpp"

namespace tandem {

inline constexpr std::size_t kMediaHeaderBytes = 13;  // 12 of RTP, 1 of SBC payload header
inline constexpr int kMostFramesPerPacket = 15;       // the payload header counts in four bits
inline constexpr std::size_t kLargestPacket = 2048;

// How many SBC frames of `frame_bytes` go into one packet: `wanted`, or where that is more than 15
// or than `write_mtu` holds, the first that is not of its half, its quarter and so on (12, 6, 3,
// 1). So of two chains' packets one always divides the other: packets of 5 and 8 frames would drift
// through each other and meet on the air, those of 4 and 8 keep their distance.
// 0: not even one fits (the link cannot carry this configuration).
[[nodiscard]] int frames_that_fit(std::size_t write_mtu, std::size_t frame_bytes,
                                  int wanted) noexcept;

class Packetizer {
  public:
    explicit Packetizer(std::uint32_t ssrc, std::uint16_t first_sequence = 0) noexcept;

    // Starts a packet whose first sample stands at `first` of the chain's cadence; the RTP
    // timestamp is that position modulo 2^32.
    void begin(Position first) noexcept;
    // Where the next frame is to be written.
    [[nodiscard]] std::span<std::uint8_t> room() noexcept;
    // `bytes` were written there: one frame more.
    void commit(std::size_t bytes) noexcept;
    // The finished packet, valid until begin(). Takes one sequence number.
    [[nodiscard]] std::span<const std::uint8_t> finish() noexcept;
    // `packets` will never be made: the receiver is to see them as lost.
    void skip(std::int64_t packets) noexcept;

  private:
    std::array<std::uint8_t, kLargestPacket> bytes_{};
    std::size_t size_ = 0;
    int frames_ = 0;
    std::uint16_t sequence_;
};

}  // namespace tandem
