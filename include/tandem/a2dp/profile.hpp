// SPDX-License-Identifier: GPL-3.0-or-later
// The three trade-offs between latency and robustness a user can pick. Thread: any.
#pragma once

#include <string_view>

#include "tandem/base/units.hpp"

namespace tandem {

enum class Profile { low_latency, balanced, robust };

// What a profile means. Frames here are SBC frames per packet, an upper bound: the write MTU and
// the RTP payload header (15) bound it too.
struct ProfileSettings {
    std::string_view name;      // as in the config: "low-latency" | "balanced" | "robust"
    int frames_per_packet;      // SBC frames
    int preferred_bitpool_48k;  // joint stereo, 48 kHz; 44.1 kHz takes preferred_bitpool_44k
    int preferred_bitpool_44k;
    Duration guard;  // how long after its last frame a packet leaves
};

[[nodiscard]] const ProfileSettings& settings_of(Profile profile) noexcept;

}  // namespace tandem
