// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/streams.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <random>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "tandem/a2dp/airtime.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/host/log.hpp"
#include "tandem/link/socket_link.hpp"
#include "tandem/timing/delay_plan.hpp"

namespace tandem {
namespace {

// A speaker's plan before its link is known: the packet of the profile at the usual write MTU.
constexpr std::size_t kUsualWriteMtu = 895;

Duration air_time_of(const SbcConfig& sbc, int frames) {
    return air_time(kMediaHeaderBytes + static_cast<std::size_t>(frames) * sbc.frame_bytes());
}

// What is known of the link of a stream that was begun anew holds for the next one.
BitpoolAdaptation adaptation_for(Sink& sink, const SbcConfig& sbc) {
    const auto before = std::exchange(sink.begun_anew, std::nullopt);
    if (!before || before->sbc != sbc) return BitpoolAdaptation(sbc);
    BitpoolAdaptation same = before->adaptation;
    same.begin_stream();
    return same;
}

// A modelled speaker has no transport to be released and acquired, and a link that never refuses a
// packet: only where the machine stood still is anything left out there.
SinkKnowledge knowledge_of(const Sink& sink) {
    return {.latency = sink.latency.latency(sink.config.latency).value,
            .certain = !sink.on_air,
            .plays_on = !sink.on_air};
}

}  // namespace

std::unique_ptr<EngineThread> Streams::make_engine(SampleRate rate) const {
    try {
        return make_(rate);
    } catch (const std::system_error& error) {
        throw std::runtime_error(
            fmt::format("the sound engine cannot start ({}): free memory, or allow more tasks "
                        "(TasksMax= in the unit)",
                        error.code().message()));
    }
}

void Streams::run(std::unique_ptr<EngineThread> engine) {
    engine_ = std::move(engine);
    steps_seen_ = 0;
    if (engine_->is_realtime())
        log_event(Severity::info, EventKind::realtime, "the engine runs SCHED_FIFO");
    else
        log_event(Severity::warning, EventKind::realtime, engine_->why_not_realtime());
}

void Streams::configure(bool new_streams) {
    engine_->send([on = config_.keep_alive == KeepAlive::infrasound](Engine& engine) noexcept {
        engine.set_infrasound(on);
    });
    if (!new_streams) return;
    guard_ = settings_of(config_.profile).guard;
    for (Sink& sink : roster_)
        sink.usual_frames = 0;
}

void Streams::attach(Sink& sink, AcquiredTransport transport) {
    detach(sink);
    const int frames = frames_that_fit(transport.write_mtu, transport.config.frame_bytes(),
                                       settings_of(config_.profile).frames_per_packet);
    assert(frames > 0);  // as AcquiredTransport promises
    settle_guard();
    sink.stream = Stream{.sbc = transport.config,
                         .write_mtu = transport.write_mtu,
                         .frames_per_packet = frames,
                         .role = sink.config.role,
                         .cadence = cadence_of(transport.config, frames),
                         .adaptation = adaptation_for(sink, transport.config)};
    if (transport.link)
        sink.stream->meter = std::make_unique<LinkMeter>(
            loop_, open_controller(transport.link->device), transport.link->handle);
    sink.usual_frames = frames;
    sink.latency.start_stream(frames);
    plan();  // with this stream's packets, so that it starts where it will stay
    attach_chain(sink, std::move(transport));
}

void Streams::attach_chain(const Sink& sink, AcquiredTransport transport) {
    ChainSettings settings;
    settings.sbc = transport.config;
    settings.frames_per_packet = sink.stream->frames_per_packet;
    settings.guard = sink.stream->cadence.guard;
    settings.phase = sink.stream->cadence.phase;
    settings.role = sink.stream->role;
    settings.gain_db = sink.gain.in_force_db();
    settings.delay = frames_in(sink.delay, config_.capture.rate);
    settings.sink = knowledge_of(sink);
    settings.not_anew_until = sink.not_anew_until;
    settings.new_connection = transport.new_connection;
    settings.ssrc = std::random_device{}();
    auto link =
        std::make_unique<SocketLink>(std::move(transport.socket), std::move(transport.window));
    engine_->attach_chain(
        sink.slot, std::make_unique<Chain>(settings, engine_->history(), engine_->frame_cache(),
                                           std::move(link)));
    engine_->send(to_chain(sink.slot, [bitpool = sink.stream->adaptation.bitpool()](
                                          Chain& chain) noexcept { chain.set_bitpool(bitpool); }));
}

// Out of phase with the streams that play, so that no packets meet in the controller.
Cadence Streams::cadence_of(const SbcConfig& sbc, int frames) const {
    std::vector<Cadence> others;
    for (const Sink& other : roster_)
        if (other.stream) others.push_back(other.stream->cadence);
    const Frames packet = sbc.frame_length() * frames;
    return {packet, choose_phase(packet, guard_, sbc.frame_length(), others, sbc.rate), guard_};
}

void Streams::detach(Sink& sink) {
    if (!sink.stream) return;
    add(sink.before, engine_->detach_chain(sink.slot));
    sink.stream.reset();
}

void Streams::detach_all() {
    for (Sink& sink : roster_)
        detach(sink);
}

// Only while nothing plays: another guard moves the sound.
void Streams::settle_guard() {
    const bool plays = std::any_of(roster_.begin(), roster_.end(),
                                   [](const Sink& sink) { return sink.stream.has_value(); });
    if (!plays)
        guard_ = choose_guard(settings_of(config_.profile).guard, engine_->snapshot().lateness);
}

Duration Streams::source_latency(const Sink& sink) const {
    SbcConfig sbc;
    sbc.rate = config_.capture.rate;
    const int frames = sink.usual_frames > 0
                           ? sink.usual_frames
                           : frames_that_fit(kUsualWriteMtu, sbc.frame_bytes(),
                                             settings_of(config_.profile).frames_per_packet);
    if (sink.stream)
        sbc = sink.stream->sbc;
    else if (sink.begun_anew)
        sbc = sink.begun_anew->sbc;
    // A speaker's latency counts from the arrival of a packet.
    return duration_of(sbc.frame_length() * frames, sbc.rate) + guard_ +
           (sink.on_air ? air_time_of(sbc, frames) : Duration{});
}

void Streams::plan() {
    std::vector<Sink*> counted;
    std::vector<PlannedSink> planned;
    for (Sink& sink : roster_) {
        if (!sink.stream && !sink.begun_anew && config_.absent != Absent::hold) continue;
        counted.push_back(&sink);
        planned.push_back({source_latency(sink), sink.latency.latency(sink.config.latency).value,
                           sink.trim.in_force()});
    }
    const std::vector<Duration> delays = plan_delays(planned);
    for (std::size_t i = 0; i < counted.size(); ++i) {
        Sink& sink = *counted[i];
        sink.delay = delays[i];
        if (!sink.stream) continue;
        const FineFrames delay = frames_in(sink.delay, config_.capture.rate);
        engine_->send(
            to_chain(sink.slot, [delay, known = knowledge_of(sink)](Chain& chain) noexcept {
                chain.set_delay(delay);
                chain.set_knowledge(known);
            }));
    }
}

void Streams::put_in_force(Sink& sink) {
    engine_->send(to_chain(sink.slot, [gain_db = sink.gain.in_force_db()](Chain& chain) noexcept {
        chain.set_gain_db(gain_db);
    }));
    if (!sink.stream || sink.stream->role == sink.config.role) return;
    sink.stream->role = sink.config.role;
    engine_->send(to_chain(
        sink.slot, [role = sink.config.role](Chain& chain) noexcept { chain.set_role(role); }));
}

void Streams::click(int count) {
    engine_->send([count](Engine& engine) noexcept { engine.play_clicks(count); });
}

void Streams::identify(const Sink& sink) {
    engine_->send(to_chain(sink.slot, [](Chain& chain) noexcept { chain.identify(); }));
}

void Streams::set_capture(std::unique_ptr<Capture> capture) {
    engine_->set_capture(std::move(capture));
}

bool Streams::made_a_step() {
    const std::uint64_t steps = engine_->steps();
    return std::exchange(steps_seen_, steps) != steps;
}

}  // namespace tandem
