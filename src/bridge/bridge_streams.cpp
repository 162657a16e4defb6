// SPDX-License-Identifier: GPL-3.0-or-later
// The bridge's way to the engine: chains, delays, and what the engine reports back.
#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <random>

#include "tandem/a2dp/airtime.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/bluez/reasons.hpp"
#include "tandem/bridge/bridge.hpp"
#include "tandem/engine/chain.hpp"
#include "tandem/host/log.hpp"
#include "tandem/link/socket_link.hpp"

namespace tandem {
namespace {

// A speaker's plan before its link is known: the packet of the profile at the usual write MTU.
constexpr std::size_t kUsualWriteMtu = 895;
// A stream that was begun anew is not soon again: a link that stays bad would be silent for most of
// the time.
constexpr Duration kNotAnewAgain = std::chrono::seconds{10};

void add(ChainCounters& total, const ChainCounters& chain) {
    total.link.sent += chain.link.sent;
    total.link.dropped += chain.link.dropped;
    total.left_out += chain.left_out;
    total.shared += chain.shared;
}

}  // namespace

void Bridge::stream_started(const std::string& name, AcquiredTransport transport) {
    Sink* sink = find(name);
    if (!sink) return;
    if (waking_since_ && !sink->config.is_virtual()) {
        held_.insert_or_assign(name, std::move(transport));
        return;
    }
    attach(*sink, std::move(transport));
}

void Bridge::attach(Sink& sink, AcquiredTransport transport) {
    detach(sink);
    const ProfileSettings& profile = settings_of(config_.profile);
    const std::size_t frame_bytes = transport.config.frame_bytes();
    const int frames = frames_that_fit(transport.write_mtu, frame_bytes, profile.frames_per_packet);
    assert(frames > 0);  // as AcquiredTransport promises
    settle_guard();
    const Cadence cadence = cadence_of(transport.config, frames);
    sink.stream = Stream{transport.config, transport.write_mtu, frames, cadence,
                         adaptation_for(sink, transport.config)};
    if (transport.link)
        sink.meter = std::make_unique<LinkMeter>(loop_, open_controller(transport.link->device),
                                                 transport.link->handle);
    sink.usual_frames = frames;
    sink.latency.start_stream();
    plan();  // with this stream's packets, so that it starts where it will stay
    ChainSettings settings;
    settings.sbc = transport.config;
    settings.frames_per_packet = frames;
    settings.guard = cadence.guard;
    settings.phase = cadence.phase;
    settings.role = sink.config.role;
    settings.gain_db = sink.gain.in_force_db();
    settings.delay = frames_in(sink.delay + air_saved(sink), config_.capture.rate);
    settings.sink = knowledge_of(sink);
    settings.not_anew_until = sink.not_anew_until;
    settings.ssrc = std::random_device{}();
    auto link =
        std::make_unique<SocketLink>(std::move(transport.socket), std::move(transport.window));
    engine_->attach_chain(
        sink.slot, std::make_unique<Chain>(settings, engine_->history(), engine_->frame_cache(),
                                           std::move(link)));
    engine_->send(to_chain(sink.slot, [bitpool = sink.stream->adaptation.bitpool()](
                                          Chain& chain) noexcept { chain.set_bitpool(bitpool); }));
}

// What is known of the link of a stream that was begun anew holds for the next one.
BitpoolAdaptation Bridge::adaptation_for(Sink& sink, const SbcConfig& sbc) {
    const auto before = std::exchange(sink.begun_anew, std::nullopt);
    if (!before || before->sbc != sbc) return BitpoolAdaptation(sbc);
    BitpoolAdaptation same = before->adaptation;
    same.begin_stream();
    return same;
}

// Out of phase with the streams that play, so that no packets meet in the controller.
Cadence Bridge::cadence_of(const SbcConfig& sbc, int frames) const {
    std::vector<Cadence> others;
    for (const auto& other : sinks_)
        if (other->stream) others.push_back(other->stream->cadence);
    const Frames packet = sbc.frame_length() * frames;
    return {packet, choose_phase(packet, guard_, sbc.frame_length(), others, sbc.rate), guard_};
}

void Bridge::stream_stopped(const std::string& name) {
    held_.erase(name);
    // What it reported stays the best guess until the next report: most come back with the same.
    if (Sink* sink = find(name)) detach(*sink);
    plan();
}

void Bridge::detach(Sink& sink) {
    if (!sink.stream) return;
    add(sink.before, engine_->detach_chain(sink.slot));
    sink.stream.reset();
    sink.virtual_sink.reset();
    sink.meter.reset();
}

ChainCounters Bridge::totals(const Sink& sink) {
    ChainCounters total = sink.before;
    const EngineSnapshot& now = engine_->snapshot();
    if (sink.stream && now.attached[sink.slot]) {
        const ChainCounters& chain = now.chains[sink.slot];
        add(total, chain);
        total.waiting = chain.waiting;
    }
    return total;
}

void Bridge::delay_reported(const std::string& name, Duration latency) {
    Sink* sink = find(name);
    if (sink && sink->latency.reported(latency)) plan();
}

void Bridge::volume_reported(const std::string& name, std::optional<int> level) {
    if (Sink* sink = find(name)) sink->volume.reported(level);
}

Latency Bridge::latency(const Sink& sink) const {
    return sink.latency.latency(sink.config.latency);
}

// A modelled speaker has no transport to be released and acquired, and a link that never refuses a
// packet: only where the machine stood still is anything left out there.
SinkKnowledge Bridge::knowledge_of(const Sink& sink) const {
    const bool modelled = sink.config.is_virtual();
    return {.latency = latency(sink).value, .certain = modelled, .plays_on = modelled};
}

Duration Bridge::source_latency(const Sink& sink) const {
    const ProfileSettings& profile = settings_of(config_.profile);
    SbcConfig sbc;
    sbc.rate = config_.capture.rate;
    const int frames = sink.usual_frames > 0 ? sink.usual_frames
                                             : frames_that_fit(kUsualWriteMtu, sbc.frame_bytes(),
                                                               profile.frames_per_packet);
    if (sink.stream)
        sbc = sink.stream->sbc;
    else if (sink.begun_anew)
        sbc = sink.begun_anew->sbc;
    // A speaker's latency counts from the arrival of a packet. A virtual sink has no radio.
    const std::size_t octets =
        kMediaHeaderBytes + static_cast<std::size_t>(frames) * sbc.frame_bytes();
    const Duration air = sink.config.is_virtual() ? Duration{} : air_time(octets);
    return duration_of(sbc.frame_length() * frames, sbc.rate) + guard_ + air;
}

// How much sooner the packets of a stream that was adapted arrive than its plan says.
Duration Bridge::air_saved(const Sink& sink) {
    if (!sink.stream || sink.config.is_virtual()) return {};
    SbcConfig sent = sink.stream->sbc;
    sent.bitpool = sink.stream->adaptation.bitpool();
    const auto air = [&](const SbcConfig& sbc) {
        const auto frames = static_cast<std::size_t>(sink.stream->frames_per_packet);
        return air_time(kMediaHeaderBytes + frames * sbc.frame_bytes());
    };
    return air(sink.stream->sbc) - air(sent);
}

// Only while nothing plays: another guard moves the sound.
void Bridge::settle_guard() {
    const bool plays =
        std::any_of(sinks_.begin(), sinks_.end(), [](const auto& sink) { return sink->stream; });
    if (plays) return;
    guard_ = choose_guard(settings_of(config_.profile).guard, engine_->snapshot().lateness);
}

void Bridge::plan() {
    std::vector<Sink*> counted;
    for (auto& sink : sinks_)
        if (sink->stream || sink->begun_anew || config_.absent == Absent::hold)
            counted.push_back(sink.get());
    std::vector<PlannedSink> planned;
    planned.reserve(counted.size());
    for (const Sink* sink : counted)
        planned.push_back({source_latency(*sink), latency(*sink).value, sink->trim.in_force()});
    const std::vector<Duration> delays = plan_delays(planned);
    for (std::size_t i = 0; i < counted.size(); ++i) {
        counted[i]->delay = delays[i];
        if (!counted[i]->stream) continue;
        const FineFrames delay =
            frames_in(delays[i] + air_saved(*counted[i]), config_.capture.rate);
        const SinkKnowledge known = knowledge_of(*counted[i]);
        engine_->send(to_chain(counted[i]->slot, [delay, known](Chain& chain) noexcept {
            chain.set_delay(delay);
            chain.set_knowledge(known);
        }));
    }
}

void Bridge::watch_engine() {
    const EngineSnapshot snapshot = engine_->snapshot();
    for (auto& sink : sinks_)
        if (has_radio(*sink, snapshot)) adapt(*sink, snapshot.chains[sink->slot]);
    count_last_minute(snapshot);
}

void Bridge::watch_links() {
    const EngineSnapshot snapshot = engine_->snapshot();
    for (auto& sink : sinks_)
        if (has_radio(*sink, snapshot)) watch_link(*sink, snapshot.chains[sink->slot]);
}

// Of a stream that plays over the radio, and whose link has not failed.
bool Bridge::has_radio(const Sink& sink, const EngineSnapshot& engine) {
    return sink.stream && engine.attached[sink.slot] && !sink.config.is_virtual() &&
           !sink.stream->link.failed();
}

// The delay plan stays as it is, so that the other sinks do.
void Bridge::adapt(Sink& sink, const ChainCounters& chain) {
    BitpoolAdaptation& adaptation = sink.stream->adaptation;
    const int before = adaptation.bitpool();
    const int now = adaptation.look({chain.link.sent, chain.waited, chain.left_out});
    if (now == before) return;
    engine_->send(to_chain(sink.slot, [now](Chain& chain) noexcept { chain.set_bitpool(now); }));
    plan();
    if (sink.state == SinkState::streaming)
        state_changed(sink.config.name, SinkState::streaming, {});
}

// What is to be said of a sink that plays: whether it does so at less quality.
Reason Bridge::quality_of(const Sink& sink) {
    if (!sink.stream) return {};
    const BitpoolAdaptation& adaptation = sink.stream->adaptation;
    if (adaptation.bitpool() == adaptation.full()) return {};
    return make_reason(
        ReasonCode::link_slow, sink.config.address, {},
        fmt::format("bitpool {} instead of {}", adaptation.bitpool(), adaptation.full()));
}

void Bridge::watch_link(Sink& sink, const ChainCounters& counters) {
    if (counters.begin_anew) {
        // Ends this stream; the next one is attached when its transport is there.
        sink.not_anew_until = now_monotonic() + kNotAnewAgain;
        sink.begun_anew = sink.stream;
        return sink_control_->restart(sink.config.name);
    }
    const auto now = sink.stream->link.look(counters.blocked, counters.link_error);
    if (now == LinkMotion::failed)
        sink_control_->link_failed(sink.config.name, counters.link_error);
    else if (now == LinkMotion::stalled)
        sink_control_->link_stalled(sink.config.name);
    else if (now == LinkMotion::moves)
        sink_control_->link_moves(sink.config.name);
}

}  // namespace tandem
