// SPDX-License-Identifier: GPL-3.0-or-later
// One sink of the living room: what the bridge would know of it, and the speaker itself.
// Thread: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "sim/model/listener.hpp"
#include "sim/model/speaker.hpp"
#include "tandem/a2dp/airtime.hpp"
#include "tandem/a2dp/profile.hpp"
#include "tandem/engine/chain.hpp"
#include "tandem/timing/cadence.hpp"
#include "tandem/timing/latency_report.hpp"

namespace tandem::sim {

struct SinkSettings {
    std::size_t write_mtu = 1005;
    SpeakerSettings speaker{};
};

struct RoomSink {
    RoomSink(const SinkSettings& sink, const SbcConfig& config, const ProfileSettings& profile,
             std::function<void(Mark)> sounded)
        : sbc(config),
          octets(config.frame_bytes()),
          frames(frames_that_fit(sink.write_mtu, octets, profile.frames_per_packet)),
          source_latency(duration_of(config.frame_length() * frames, config.rate) + profile.guard +
                         air_time(kMediaHeaderBytes + static_cast<std::size_t>(frames) * octets)),
          latency(sink.speaker.rules.latency(sink.speaker.latency, frames,
                                             duration_of(config.frame_length(), config.rate))),
          speaker(sink.speaker, std::move(sounded)) {}

    SbcConfig sbc;
    std::size_t octets;  // of an SBC frame
    int frames;          // SBC frames of a packet
    Duration source_latency;
    Duration latency;
    Duration trim{};
    Duration delay{};
    Time moves_until{};  // the delay line is at rest from then on
    Cadence cadence{};
    Listener listener{};
    Speaker speaker;
    std::unique_ptr<Chain> chain;
    std::uint64_t left_out = 0;  // packets of this chain that are in the record
    Time not_anew_until{};
    bool certain = false;
    bool plays_on = false;
    Time back_at = Time::max();
    Time deaf_until{};  // its link takes nothing until then
    LatencyReport report{};
    Time true_report_at = Time::max();      // after a false one
    std::optional<std::uint16_t> sequence;  // of the last packet
    std::optional<FinePlace> expected;      // where the content goes on when nothing moves
    FinePlace slack = 0;                    // how far from there a slew may have come
};

}  // namespace tandem::sim
