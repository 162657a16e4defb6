// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tandem/bluez/reasons.hpp"

namespace tandem {
namespace {

double seconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1e9;
}

SinkStatus status_of(const Sink& sink, const Streams& streams, const EngineSnapshot& engine,
                     Time now) {
    SinkStatus status;
    status.name = sink.config.name;
    status.address = sink.config.address;
    status.state = name_of(sink.state);
    const Reason reason = sink.reason();
    status.reason = reason.code;
    status.detail = reason.sentence;
    status.since_s = seconds(now - sink.since);
    if (sink.released_until && *sink.released_until != Time::max())
        status.released_s = std::max(0.0, seconds(*sink.released_until - now));
    if (sink.stream) {
        status.codec = sink.stream->sbc.describe();
        status.bitpool = sink.stream->adaptation.bitpool();
        status.frames_per_packet = sink.stream->frames_per_packet;
        status.write_mtu = sink.stream->write_mtu;
        if (const auto& doubt = sink.stream->doubt) {
            status.doubtful_s = seconds(now - doubt->since);
            status.doubt = fmt::format("{:.1f} s without air", seconds(doubt->stall));
        }
        if (sink.stream->meter) {
            const LinkMeter::Reading& heard = sink.stream->meter->reading();
            if (heard.rssi_db) status.rssi_db = *heard.rssi_db;
            if (heard.quality) status.link_quality = *heard.quality / 255.0;
        }
    }
    const Latency known = sink.latency.latency(sink.config.latency);
    status.latency_ms = to_ms(known.value);
    status.latency_origin = name_of(known.origin);
    if (known.age) status.latency_age_s = seconds(*known.age);
    status.delay_ms = to_ms(sink.delay);
    status.trim_ms = to_ms(sink.trim.in_force());
    status.trim_saved = sink.trim.saved();
    status.gain_db = sink.gain.set_db();
    status.gain_saved = sink.gain.saved();
    status.muted = sink.gain.muted();
    if (const auto level = sink.volume.reported())
        status.volume_percent = percent_of_volume(*level);
    status.guard_ms = to_ms(streams.guard());
    status.source_latency_ms = to_ms(streams.source_latency(sink));
    const ChainCounters counters = sink.totals(engine);
    status.packets_sent = counters.link.sent;
    status.packets_dropped = lost_packets(counters);
    status.dropped_last_minute = sink.drops.growth();
    status.queued = counters.waiting;
    status.frames_shared = counters.shared;
    return status;
}

// The plan is exact; apart are what is left of a delay that moves, and packets that leave behind
// their time by more for one speaker than for the other, since a speaker follows the mean of what
// arrives. What a speaker reports wrongly cannot be seen from here.
std::optional<double> skew_ms(const BridgeParts& bridge, const EngineSnapshot& engine) {
    std::optional<double> earliest;
    double latest = 0;
    int playing = 0;
    for (const Sink& sink : bridge.roster) {
        if (!sink.stream || !engine.attached[sink.slot]) continue;
        if (sink.state != SinkState::streaming) continue;
        const ChainCounters& chain = engine.chains[sink.slot];
        const double off = to_ms(chain.late) - to_ms(chain.to_go, bridge.config.capture.rate);
        earliest = std::min(earliest.value_or(off), off);
        latest = playing++ == 0 ? off : std::max(latest, off);
    }
    if (playing < 2) return std::nullopt;
    return latest - *earliest;
}

std::string summary(const BridgeParts& bridge, const EngineSnapshot& engine) {
    if (bridge.roster.size() == 0)
        return "idle: no sink is configured; run \"sudo tandemctl setup\"";
    const auto playing =
        std::count_if(bridge.roster.begin(), bridge.roster.end(),
                      [](const Sink& sink) { return sink.state == SinkState::streaming; });
    const auto all = static_cast<std::ptrdiff_t>(bridge.roster.size());
    std::string text = all == 2 && playing == 2
                           ? "both speakers playing"
                           : fmt::format("{} of {} speakers playing", playing, all);
    for (const Sink& sink : bridge.roster)
        if (const Reason reason = sink.reason(); sink.state != SinkState::streaming)
            text += fmt::format("; {} {}{}", sink.config.name, name_of(sink.state),
                                reason ? fmt::format(" ({})", word_of(reason.code)) : "");
    if (!bridge.capture.running())
        return text + fmt::format("; no input ({})", word_of(bridge.capture.reason()));
    for (const Sink& sink : bridge.roster)
        if (sink.gain.muted()) text += fmt::format("; {} muted", sink.config.name);
    for (const Sink& sink : bridge.roster)
        if (sink.stream && sink.stream->doubt)
            text += fmt::format("; {} may be out of step", sink.config.name);
    if (const auto skew = skew_ms(bridge, engine)) text += fmt::format(", skew {:.1f} ms", *skew);
    return text;
}

CaptureStatusReport status_of_capture(const BridgeParts& bridge, const EngineSnapshot& engine) {
    CaptureStatusReport status;
    status.device = bridge.config.capture.device;
    status.description = bridge.capture.description();
    status.state = bridge.capture.running() ? "running" : "failed";
    status.reason = word_of(bridge.capture.reason());
    status.detail = bridge.capture.detail();
    const IntakeCounters& intake = engine.intake;
    if (bridge.capture.running()) {  // the sound of what was there before is none
        status.level_left_dbfs = intake.levels.left.peak_dbfs;
        status.level_right_dbfs = intake.levels.right.peak_dbfs;
        status.rms_left_dbfs = intake.levels.left.rms_dbfs;
        status.rms_right_dbfs = intake.levels.right.rms_dbfs;
        status.offset_left = intake.flaws.offset_left;
        status.offset_right = intake.flaws.offset_right;
        status.hum_hz = intake.flaws.hum.hz;
        status.hum_dbfs = intake.flaws.hum.rms_dbfs;
    }
    status.silent_s =
        seconds(duration_of(engine.position - intake.newest_sound, bridge.config.capture.rate));
    status.clippings = intake.clippings;
    status.clippings_last_minute = bridge.capture.clippings_last_minute();
    status.xruns = intake.restarts;
    status.frames_lost = intake.frames_filled;
    return status;
}

}  // namespace

BridgeStatus report(const BridgeParts& bridge, const EngineSnapshot& engine, Time started,
                    Time now) {
    BridgeStatus status;
    status.version = TANDEM_VERSION;
    status.summary = summary(bridge, engine);
    status.bluetooth = word_of(bridge.bluetooth.code);
    status.bluetooth_detail = bridge.bluetooth.sentence;
    status.profile = settings_of(bridge.config.profile).name;
    status.rate_hz = bridge.config.capture.rate.hz;
    status.volume = name_of(bridge.config.volume_buttons);
    status.realtime = bridge.streams.is_realtime();
    status.uptime_s = seconds(now - started);
    status.capture = status_of_capture(bridge, engine);
    status.skew_ms = skew_ms(bridge, engine);
    status.timeline = {.locked = engine.timeline == TimelineState::locked,
                       .state = std::string(name_of(engine.timeline)),
                       .rate_ppm = engine.rate_ppm,
                       .jitter_us = engine.jitter_rms_ns / 1000,
                       .lateness_ms = to_ms(engine.lateness.value_or(Duration::zero())),
                       .position = engine.position.frames,
                       .time_ns = engine.position_time.time_since_epoch().count()};
    for (const Sink& sink : bridge.roster)
        status.sinks.push_back(status_of(sink, bridge.streams, engine, now));
    return status;
}

}  // namespace tandem
