// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/model/speaker_kind.hpp"

namespace tandem {

std::string_view name_of(SpeakerKind kind) noexcept {
    switch (kind) {
        case SpeakerKind::placing:
            return "placing";
        case SpeakerKind::counting:
            return "counting";
        case SpeakerKind::counting_refill:
            return "counting-refill";
        case SpeakerKind::packets:
            return "packets";
        case SpeakerKind::regulated:
            return "regulated";
    }
    return "unknown";
}

std::optional<SpeakerKind> speaker_kind_named(std::string_view name) noexcept {
    for (const SpeakerKind kind : kSpeakerKinds)
        if (name_of(kind) == name) return kind;
    return std::nullopt;
}

Duration SpeakerRules::latency(Duration given, int frames_per_packet,
                               Duration sbc_frame) const noexcept {
    if (begins_by_time()) return given;
    // The packet that fills the buffer up to the start has its own place in the cadence.
    const int packets = kind == SpeakerKind::packets
                            ? start_packets
                            : (kStartFrames + frames_per_packet - 1) / frames_per_packet;
    return sbc_frame * (frames_per_packet * (packets - 1));
}

}  // namespace tandem
