// SPDX-License-Identifier: GPL-3.0-or-later
// What kinds of speakers make of the packets they get. Few place sound by its RTP time; most count:
// a packet that is missing moves all that follows earlier, an underrun moves it later, for good.
// Thread: any. Real-time safe: pure functions.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "tandem/base/units.hpp"

namespace tandem {

enum class SpeakerKind {
    placing,          // silence where packets are missing, a quick control of its buffer's level
    counting,         // begins at 60 SBC frames; 0.39 % slower or faster outside 60..80 of them
    counting_refill,  // the same, and after an underrun it waits for 60 again
    packets,          // begins at a number of packets, holds 33 of them, controls nothing
    regulated,        // counts, and brings its buffer's level back within minutes
};
inline constexpr std::array kSpeakerKinds{SpeakerKind::placing, SpeakerKind::counting,
                                          SpeakerKind::counting_refill, SpeakerKind::packets,
                                          SpeakerKind::regulated};

// "placing", "counting", "counting-refill", "packets", "regulated".
[[nodiscard]] std::string_view name_of(SpeakerKind kind) noexcept;
[[nodiscard]] std::optional<SpeakerKind> speaker_kind_named(std::string_view name) noexcept;

struct SpeakerRules {
    SpeakerKind kind = SpeakerKind::placing;
    int start_packets = 5;  // of SpeakerKind::packets: 5 or 15, as a rule

    static constexpr int kStartFrames = 60;  // SBC frames, as the next ones
    static constexpr int kDeadBand = 20;     // above kStartFrames
    static constexpr int kMostFrames = 110;  // what a counting one has room for
    static constexpr int kMostPackets = 33;
    static constexpr double kStep = 0x100 / 65536.0;  // 0.39 %

    // Whether silence takes the place of packets that are missing.
    [[nodiscard]] constexpr bool places() const { return kind == SpeakerKind::placing; }
    // Whether it begins at a latency that it was given, and not by what it has counted.
    [[nodiscard]] constexpr bool begins_by_time() const {
        return places() || kind == SpeakerKind::regulated;
    }
    // Whether an underrun makes it begin anew; else it plays what comes as it comes.
    [[nodiscard]] constexpr bool refills() const { return kind != SpeakerKind::counting; }
    // Of one that counts: whether it begins with so much in its buffer.
    [[nodiscard]] constexpr bool begins_at(int packets, double sbc_frames) const {
        return kind == SpeakerKind::packets ? packets >= start_packets : sbc_frames >= kStartFrames;
    }
    // What it adds to its DAC's rate with so many SBC frames in its buffer.
    [[nodiscard]] constexpr double correction_at(double sbc_frames) const {
        if (kind == SpeakerKind::packets) return 0;
        if (sbc_frames < kStartFrames) return -kStep;
        return sbc_frames > kStartFrames + kDeadBand ? kStep : 0;
    }

    // From the arrival of a stream's first packet to its sound, if packets of `frames_per_packet`
    // SBC frames, each as long as `sbc_frame`, come evenly. `given`: for those that begin by time.
    [[nodiscard]] Duration latency(Duration given, int frames_per_packet,
                                   Duration sbc_frame) const noexcept;
};

}  // namespace tandem
