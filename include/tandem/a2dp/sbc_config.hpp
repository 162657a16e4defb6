// SPDX-License-Identifier: GPL-3.0-or-later
// One SBC configuration, its octets, and what follows from it (A2DP 1.3, section 4.3; SBC bit
// rates: A2DP 1.3, appendix B.8). Pure values: any thread, real-time safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "tandem/base/units.hpp"

namespace tandem {

enum class ChannelMode : std::uint8_t { mono, dual_channel, stereo, joint_stereo };
enum class Allocation : std::uint8_t { loudness, snr };

struct SbcConfig {
    SampleRate rate{48000};
    ChannelMode mode = ChannelMode::joint_stereo;
    int blocks = 16;   // 4, 8, 12, 16
    int subbands = 8;  // 4, 8
    Allocation allocation = Allocation::loudness;
    int min_bitpool = 2;
    int max_bitpool = 51;  // encoding uses `bitpool`, negotiated range is min..max
    int bitpool = 51;

    bool operator==(const SbcConfig&) const = default;
    // Frames (samples per channel) in one SBC frame.
    [[nodiscard]] constexpr Frames frame_length() const { return {blocks * subbands}; }
    // Bytes of one SBC frame.
    [[nodiscard]] std::size_t frame_bytes() const noexcept;
    // "SBC 48 kHz joint stereo"
    [[nodiscard]] std::string describe() const;
};

// The bit of the first octet for `rate` (A2DP 1.3, section 4.3.2.1); 0: SBC does not have that
// rate.
[[nodiscard]] unsigned frequency_bit(SampleRate rate) noexcept;

// The four octets of AVDTP's codec specific element (one bit set in each field).
using SbcOctets = std::array<std::uint8_t, 4>;
[[nodiscard]] SbcOctets to_octets(const SbcConfig& config) noexcept;

}  // namespace tandem
