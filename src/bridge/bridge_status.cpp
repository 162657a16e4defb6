// SPDX-License-Identifier: GPL-3.0-or-later
// What the bridge says of itself: the status and the minute's summary for the journal.
#include <fmt/format.h>

#include <algorithm>

#include "tandem/base/clock.hpp"
#include "tandem/bluez/reasons.hpp"
#include "tandem/bridge/bridge.hpp"
#include "tandem/host/log.hpp"

namespace tandem {
namespace {

double seconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1e9;
}

}  // namespace

SinkStatus Bridge::status_of(const Sink& sink) {
    SinkStatus status;
    status.name = sink.config.name;
    status.address = sink.config.address;
    status.state = name_of(sink.state);
    status.reason = sink.reason.code;
    status.detail = sink.reason.sentence;
    status.since_s = seconds(now_monotonic() - sink.since);
    if (sink.stream) {
        status.codec = sink.stream->sbc.describe();
        status.bitpool = sink.stream->adaptation.bitpool();
        status.frames_per_packet = sink.stream->frames_per_packet;
        status.write_mtu = sink.stream->write_mtu;
        if (sink.meter) {
            const LinkMeter::Reading& heard = sink.meter->reading();
            if (heard.rssi_db) status.rssi_db = *heard.rssi_db;
            if (heard.quality) status.link_quality = *heard.quality / 255.0;
        }
    }
    const Latency known = latency(sink);
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
    status.guard_ms = to_ms(guard_);
    status.source_latency_ms = to_ms(source_latency(sink));
    const ChainCounters counters = totals(sink);
    status.packets_sent = counters.link.sent;
    status.packets_dropped = counters.link.dropped + counters.left_out;
    status.dropped_last_minute = sink.drops.growth();
    status.queued = counters.waiting;
    status.frames_shared = counters.shared;
    return status;
}

// The plan is exact; apart are what is left of a delay that moves, and packets that leave behind
// their time by more for one speaker than for the other, since a speaker follows the mean of what
// arrives. What a speaker reports wrongly cannot be seen from here.
std::optional<double> Bridge::skew_ms(const EngineSnapshot& engine) const {
    std::optional<double> earliest;
    double latest = 0;
    int playing = 0;
    for (const auto& sink : sinks_) {
        if (!sink->stream || !engine.attached[sink->slot]) continue;
        if (sink->state != SinkState::streaming) continue;
        const ChainCounters& chain = engine.chains[sink->slot];
        const double off = to_ms(chain.late) - to_ms(chain.to_go, config_.capture.rate);
        earliest = std::min(earliest.value_or(off), off);
        latest = playing++ == 0 ? off : std::max(latest, off);
    }
    if (playing < 2) return std::nullopt;
    return latest - *earliest;
}

std::string Bridge::summary(const EngineSnapshot& engine) const {
    if (sinks_.empty()) return "idle: no sink is configured; run \"sudo tandemctl setup\"";
    const auto playing = std::count_if(sinks_.begin(), sinks_.end(), [](const auto& sink) {
        return sink->state == SinkState::streaming;
    });
    const auto all = static_cast<std::ptrdiff_t>(sinks_.size());
    std::string text = all == 2 && playing == 2
                           ? "both speakers playing"
                           : fmt::format("{} of {} speakers playing", playing, all);
    for (const auto& sink : sinks_)
        if (sink->state != SinkState::streaming)
            text +=
                fmt::format("; {} {}{}", sink->config.name, name_of(sink->state),
                            sink->reason ? fmt::format(" ({})", word_of(sink->reason.code)) : "");
    if (!capture_.running())
        return text + fmt::format("; no input ({})", word_of(capture_.reason()));
    for (const auto& sink : sinks_)
        if (sink->gain.muted()) text += fmt::format("; {} muted", sink->config.name);
    if (const auto skew = skew_ms(engine)) text += fmt::format(", skew {:.1f} ms", *skew);
    return text;
}

CaptureStatusReport Bridge::status_of_capture(const EngineSnapshot& engine) const {
    CaptureStatusReport status;
    status.device = config_.capture.device;
    status.description = capture_.description();
    status.state = capture_.running() ? "running" : "failed";
    status.reason = word_of(capture_.reason());
    status.detail = capture_.detail();
    const IntakeCounters& intake = engine.intake;
    if (capture_.running()) {  // the sound of what was there before is none
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
        seconds(duration_of(engine.position - intake.newest_sound, config_.capture.rate));
    status.clippings = intake.clippings;
    status.clippings_last_minute = clippings_.growth();
    status.xruns = intake.restarts;
    status.frames_lost = intake.frames_filled;
    return status;
}

BridgeStatus Bridge::status() {
    const EngineSnapshot engine = engine_->snapshot();
    BridgeStatus status;
    status.version = TANDEM_VERSION;
    status.summary = summary(engine);
    status.bluetooth = word_of(bluetooth_.code);
    status.bluetooth_detail = bluetooth_.sentence;
    status.profile = settings_of(config_.profile).name;
    status.rate_hz = config_.capture.rate.hz;
    status.volume = name_of(config_.volume_buttons);
    status.realtime = engine_->is_realtime();
    status.uptime_s = seconds(now_monotonic() - started_);
    status.capture = status_of_capture(engine);
    status.skew_ms = skew_ms(engine);
    status.timeline = {.locked = engine.timeline == TimelineState::locked,
                       .state = std::string(name_of(engine.timeline)),
                       .rate_ppm = engine.rate_ppm,
                       .jitter_us = engine.jitter_rms_ns / 1000,
                       .lateness_ms = to_ms(engine.lateness.value_or(Duration::zero())),
                       .position = engine.position.frames,
                       .time_ns = engine.position_time.time_since_epoch().count()};
    for (const auto& sink : sinks_)
        status.sinks.push_back(status_of(*sink));
    return status;
}

void Bridge::count_last_minute(const EngineSnapshot& engine) {
    const Time now = now_monotonic();
    clippings_.note(engine.intake.clippings, now);
    for (auto& sink : sinks_) {
        const ChainCounters total = totals(*sink);
        sink->drops.note(total.link.dropped + total.left_out, now);
    }
}

// At most one line a minute for what would be many: xruns and drops.
void Bridge::summarise() {
    const IntakeCounters intake = engine_->snapshot().intake;
    const bool interrupted =
        intake.restarts != intake_told_.restarts || intake.stalls != intake_told_.stalls;
    if (interrupted &&
        capture_.reason() == CaptureReason::none)  // else the journal has the reason already
        log_event(Severity::warning, EventKind::xrun,
                  fmt::format(
                      "the input was interrupted {} times in the last minute, and {} frames "
                      "were replaced by silence: check the card's cable and the load",
                      intake.restarts + intake.stalls - intake_told_.restarts - intake_told_.stalls,
                      intake.frames_filled - intake_told_.frames_filled),
                  {{"XRUNS", std::to_string(intake.restarts)}});
    intake_told_ = intake;
    for (auto& sink : sinks_) {
        const ChainCounters total = totals(*sink);
        const std::uint64_t dropped = total.link.dropped + total.left_out;
        if (dropped > sink->dropped_told)
            log_event(
                Severity::warning, EventKind::link_drops,
                fmt::format("{}: {} packets were lost in the last minute, since the radio or this "
                            "machine could not keep up: move the speaker closer, or set "
                            "[stream] profile = \"robust\"",
                            sink->config.name, dropped - sink->dropped_told),
                {{"SINK", sink->config.name}, {"DROPPED", std::to_string(dropped)}});
        sink->dropped_told = dropped;
    }
}

}  // namespace tandem
