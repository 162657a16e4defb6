// SPDX-License-Identifier: GPL-3.0-or-later
// One configured sink and all that is known of it while the bridge runs. It is kept here and
// nowhere else: what the journal, the status and the delay plan say is derived from it. Thread:
// control.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tandem/a2dp/adaptation.hpp"
#include "tandem/bluez/sink_events.hpp"
#include "tandem/bridge/last_minute.hpp"
#include "tandem/bridge/sink_latency.hpp"
#include "tandem/bridge/sink_volume.hpp"
#include "tandem/config/gain.hpp"
#include "tandem/config/trim.hpp"
#include "tandem/engine/engine.hpp"
#include "tandem/link/link_watch.hpp"
#include "tandem/timing/cadence.hpp"

namespace tandem {

// Why it is not certain when a stream is heard, and since when: its link was blocked for longer
// than the speaker's buffer lasts, and what could not sound in time was left out. How much that was
// is known as well as the speaker's latency is: mostly not to the millisecond.
struct Doubt {
    Time since{};
    Duration stall{};
};

// A transport that is in use.
struct Stream {
    SbcConfig sbc;  // as negotiated; what is sent may have a lower bitpool, see `adaptation`
    std::size_t write_mtu = 0;
    int frames_per_packet = 0;
    Role role = Role::stereo;
    Cadence cadence{};
    BitpoolAdaptation adaptation;
    LinkWatch link{};
    std::optional<Doubt> doubt{};
    std::unique_ptr<LinkMeter> meter{};  // null: its socket has no controller
};

// What is known of a link whose stream was begun anew: it holds for the next one.
struct BegunAnew {
    SbcConfig sbc;
    BitpoolAdaptation adaptation;
};

struct Sink {
    struct Surroundings {
        Loop& loop;
        StateFile& state;
        std::function<void()> latency_changed;
        std::function<void(const std::string& sink, int level)> ask_for_volume;
    };
    Sink(const SinkConfig& configured, std::size_t free_slot, const Surroundings& around);

    // Makes the state what its source says it is; false if it is that already.
    bool change_state(SinkState now, const Reason& why);
    // Why it is in its state. A sink that plays has a reason if it does so at less quality.
    [[nodiscard]] Reason reason() const;
    // Of all streams since it was configured: `engine` has those of the present one.
    [[nodiscard]] ChainCounters totals(const EngineSnapshot& engine) const;

    SinkConfig config;
    std::size_t slot;  // the engine's chain
    // Over a radio: its packets take air time, and its link can stall.
    bool on_air;
    SinkState state = SinkState::absent;
    Reason given;  // by the source of its state
    Time since{};
    SinkLatency latency;
    Trim trim;
    Gain gain;
    SinkVolume volume;
    std::optional<Stream> stream;
    int usual_frames = 0;  // SBC frames a packet of the stream before; 0: none yet
    Duration delay{};
    ChainCounters before;                 // of the streams that ended
    Time not_anew_until{};                // see ChainSettings
    std::optional<BegunAnew> begun_anew;  // until the one that follows it is there
    std::optional<Time> released_until;   // Time::max(): until somebody takes it back
    LastMinute drops;
    struct {
        SinkState state = SinkState::absent;
        Reason reason;
        std::uint64_t drops = 0;
        Loop::Handle settles;
    } in_journal;  // what the latest lines said
};

// Packets that never left for the speaker.
[[nodiscard]] inline std::uint64_t lost_packets(const ChainCounters& chain) {
    return chain.link.dropped + chain.left_out;
}

// Adds what `chain` counted.
void add(ChainCounters& total, const ChainCounters& chain);

}  // namespace tandem
