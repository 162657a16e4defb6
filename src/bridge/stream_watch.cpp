// SPDX-License-Identifier: GPL-3.0-or-later
// What the bridge does about links that do not keep up.
#include <fmt/format.h>

#include "tandem/base/clock.hpp"
#include "tandem/bluez/reasons.hpp"
#include "tandem/bluez/sink_control.hpp"
#include "tandem/bridge/streams.hpp"
#include "tandem/host/log.hpp"

namespace tandem {
namespace {

// A stream that was begun anew is not soon again: a link that stays bad would be silent for most of
// the time.
constexpr Duration kNotAnewAgain = std::chrono::seconds{10};
// A pause between two pieces or sentences; a stream that is begun anew is silent for about as long.
constexpr Duration kPause = std::chrono::milliseconds{300};

// Of a stream that plays over the radio, and whose link has not failed.
bool has_radio(const Sink& sink, const EngineSnapshot& engine) {
    return sink.stream && engine.attached[sink.slot] && sink.on_air && !sink.stream->link.failed();
}

void log_begun_anew(const Sink& sink) {
    const Reason why = make_reason(ReasonCode::begun_anew, sink.config.address);
    log_event(Severity::warning, EventKind::sink_state,
              fmt::format("{}: {}", sink.config.name, why.sentence),
              {{"SINK", sink.config.name},
               {"ADDRESS", sink.config.address},
               {"REASON", std::string(word_of(why.code))}});
}

void log_doubt(const Sink& sink) {
    log_event(
        Severity::warning, EventKind::latency,
        fmt::format("{}: its link was blocked for {:.0f} ms, soon after its stream had begun "
                    "anew, so it may be out of step until that is done again in the next "
                    "pause of the sound",
                    sink.config.name, to_ms(sink.stream->doubt->stall)),
        {{"SINK", sink.config.name}, {"ADDRESS", sink.config.address}, {"REASON", "out-of-step"}});
}

}  // namespace

void Streams::look(const EngineSnapshot& engine, Duration silent, Time now,
                   SinkControl& sink_control) {
    const bool adapts = adapting_.due(now);
    for (Sink& sink : roster_) {
        if (!has_radio(sink, engine)) continue;
        const ChainCounters& counters = engine.chains[sink.slot];
        watch_link(sink, counters, sink_control);
        watch_doubt(sink, counters, silent, now, sink_control);
        if (adapts) adapt(sink, counters);
    }
    if (!adapts) return;
    for (Sink& sink : roster_)
        sink.drops.note(lost_packets(sink.totals(engine)), now);
}

void Streams::watch_link(Sink& sink, const ChainCounters& counters, SinkControl& sink_control) {
    if (counters.begin_anew) return begin_anew(sink, now_monotonic(), sink_control);
    const auto now = sink.stream->link.look(counters.blocked, counters.link_error);
    if (now == LinkMotion::failed)
        sink_control.link_failed(sink.config.name, counters.link_error);
    else if (now == LinkMotion::stalled)
        sink_control.link_stalled(sink.config.name);
    else if (now == LinkMotion::moves)
        sink_control.link_moves(sink.config.name);
}

// Ends the stream; the next one is attached when its transport is there.
void Streams::begin_anew(Sink& sink, Time now, SinkControl& sink_control) {
    log_begun_anew(sink);
    sink.not_anew_until = now + kNotAnewAgain;
    sink.begun_anew = {sink.stream->sbc, sink.stream->adaptation};
    sink_control.restart(sink.config.name);
}

// What was left out of a stream that could not be begun anew at once makes it doubtful, until that
// can be done where nobody hears it.
void Streams::watch_doubt(Sink& sink, const ChainCounters& counters, Duration silent, Time now,
                          SinkControl& sink_control) {
    std::optional<Doubt>& doubt = sink.stream->doubt;
    if (!doubt && counters.left_out > 0) {
        doubt = {now, counters.stall};
        log_doubt(sink);
    }
    if (!doubt || counters.begin_anew) return;
    doubt->stall = counters.stall;
    const bool may = now >= sink.not_anew_until && counters.waiting == 0;
    if (may && silent >= kPause) begin_anew(sink, now, sink_control);
}

void Streams::adapt(Sink& sink, const ChainCounters& chain) {
    BitpoolAdaptation& adaptation = sink.stream->adaptation;
    const int before = adaptation.bitpool();
    const int now = adaptation.look({chain.link.sent, chain.waited, chain.left_out});
    if (now == before) return;
    engine_->send(to_chain(sink.slot, [now](Chain& chain) noexcept { chain.set_bitpool(now); }));
}

}  // namespace tandem
