// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/status/status_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "tandem/base/display_width.hpp"
#include "tandem/bluez/reasons.hpp"

namespace tandem {
namespace {

constexpr int kIndent = 9;  // where the text after a line's first word begins

std::string head(std::string_view word) {
    return padded(word, kIndent);
}

std::string with_trim(const SinkStatus& sink) {
    // The trim is part of the delay; it is shown where somebody set one.
    if (sink.trim_ms == 0 && sink.trim_saved) return fmt::format("{:.1f} ms", sink.delay_ms);
    return fmt::format("{:.1f} ms (trim {:+.1f}{})", sink.delay_ms, sink.trim_ms,
                       sink.trim_saved ? "" : ", not saved");
}

std::string with_origin(const SinkStatus& sink) {
    std::string origin = sink.latency_origin;
    if (sink.latency_age_s) origin += fmt::format(" {} ago", span_of(*sink.latency_age_s));
    if (sink.doubtful_s)
        origin += fmt::format("; not certain for {}: {}", span_of(*sink.doubtful_s), sink.doubt);
    return fmt::format("{:.1f} ms ({})", sink.latency_ms, origin);
}

std::string gain_of(const SinkStatus& sink) {
    if (sink.muted) return ", MUTED";
    if (sink.gain_db == 0 && sink.gain_saved) return {};
    return fmt::format(", gain {:+.1f} dB{}", sink.gain_db, sink.gain_saved ? "" : " (not saved)");
}

// BlueZ connects AVRCP after the stream: a missing volume is not mentioned until then.
constexpr double kVolumeComesWithin_s = 10;

std::string volume_of(const SinkStatus& sink) {
    if (sink.volume_percent) return fmt::format(", volume {:.0f} %", *sink.volume_percent);
    const bool has_none = sink.state == "streaming" && sink.address != "virtual" &&
                          sink.since_s >= kVolumeComesWithin_s;
    return has_none ? ", volume by its buttons only" : "";
}

std::string signal_of(const SinkStatus& sink) {
    std::string text;
    if (sink.rssi_db) text += fmt::format(", signal {:+.0f} dB", *sink.rssi_db);
    if (sink.link_quality) text += fmt::format(", link {:.0f} %", *sink.link_quality * 100);
    return text;
}

void append_sink(std::string& text, const SinkStatus& sink, int width, Colours colours) {
    const std::string state = fmt::format("{} for {}", sink.state, span_of(sink.since_s));
    text += padded(sink.name, width) + painted(state, health_of(sink), colours);
    if (!sink.codec.empty()) text += fmt::format(", {}, bitpool {}", sink.codec, sink.bitpool);
    text += signal_of(sink) + '\n';
    text += fmt::format("{:<{}}latency {}, delay {}{}{}, lost {} in the last minute, {} in all\n",
                        "", width, with_origin(sink), with_trim(sink), gain_of(sink),
                        volume_of(sink), sink.dropped_last_minute, sink.packets_dropped);
    if (sink.reason == ReasonCode::none) return;
    std::string why = fmt::format("{}: {}", word_of(sink.reason), sink.detail);
    if (sink.released_s) why += fmt::format(" (in {} by itself)", span_of(*sink.released_s));
    text += fmt::format("{:<{}}{}\n", "", width, painted(why, health_of(sink), colours));
}

void append_input(std::string& text, const BridgeStatus& status, Colours colours) {
    const auto& capture = status.capture;
    text +=
        fmt::format("{}{}: {}\n", head("input"), input_of(capture),
                    painted(capture.state,
                            capture.state == "running" ? Health::well : Health::trouble, colours));
    if (!capture.reason.empty())
        text += fmt::format("{}{}\n", head(""),
                            painted(fmt::format("{}: {}", capture.reason, capture.detail),
                                    Health::trouble, colours));
    text += fmt::format("{}level {:.1f} / {:.1f} dBFS, {}; {} xruns\n", head(""),
                        capture.level_left_dbfs, capture.level_right_dbfs, sound_of(capture),
                        capture.xruns);
}

// Modelled speakers play without Bluetooth.
bool needs_bluetooth(const BridgeStatus& status) {
    return status.sinks.empty() || !std::ranges::all_of(status.sinks, [](const auto& sink) {
               return sink.address == "virtual";
           });
}

}  // namespace

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 < names.size() ? ", " : " and ";
        text += names[i];
    }
    return text;
}

namespace {

std::string playing_sinks(const BridgeStatus& status, bool (*which)(const SinkStatus&)) {
    std::vector<std::string> names;
    for (const auto& sink : status.sinks)
        if (sink.state == "streaming" && which(sink)) names.push_back(sink.name);
    return listed(names);
}

}  // namespace

std::string painted(std::string_view text, Health health, Colours colours) {
    if (colours == Colours::off) return std::string(text);
    const int colour = health == Health::well ? 32 : health == Health::warning ? 33 : 31;
    return fmt::format("\x1b[{}m{}\x1b[0m", colour, text);
}

std::string span_of(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::max(0.0, seconds));
    if (whole < 120) return fmt::format("{} s", whole);
    const auto minutes = whole / 60;
    if (minutes < 60) return fmt::format("{} min", minutes);
    const auto hours = minutes / 60;
    if (hours < 48) return fmt::format("{} h {:02} min", hours, minutes % 60);
    return fmt::format("{} d {} h", hours / 24, hours % 24);
}

std::string input_of(const CaptureStatusReport& capture) {
    return capture.description.empty() ? capture.device : capture.description;
}

std::string sound_of(const CaptureStatusReport& capture) {
    std::string text = capture.silent_s < 2
                           ? "sound now"
                           : fmt::format("silent for {}", span_of(capture.silent_s));
    text +=
        capture.clippings_last_minute == 0
            ? ", no clipping"
            : fmt::format(", clipped {} times in the last minute", capture.clippings_last_minute);
    return text + (capture.hum_hz == 0 ? ", no hum"
                                       : fmt::format(", hum of {} Hz at {:.0f} dBFS",
                                                     capture.hum_hz, capture.hum_dbfs));
}

std::string skew_of(const BridgeStatus& status) {
    if (!status.skew_ms) return {};
    const std::string doubtful =
        playing_sinks(status, [](const SinkStatus& sink) { return sink.doubtful_s.has_value(); });
    const std::string unknown = unknown_latencies(status);
    std::string condition = "if the speakers' latencies above are right";
    if (!unknown.empty())
        condition = "but the latency of " + unknown + " is only assumed: trim by ear";
    if (!doubtful.empty())
        condition = "but when " + doubtful + " is heard is not certain, see above";
    return fmt::format("{:.2f} ms, {}", *status.skew_ms, condition);
}

std::string unknown_latencies(const BridgeStatus& status) {
    return playing_sinks(status,
                         [](const SinkStatus& sink) { return sink.latency_origin == "default"; });
}

std::string to_text(const BridgeStatus& status, Colours colours) {
    std::string text = fmt::format("Tandem {}, up {}: {}\n", status.version,
                                   span_of(status.uptime_s), status.summary);
    append_input(text, status, colours);
    text += fmt::format("{}{}, {:+.1f} ppm, jitter {:.0f} us; profile {}; engine {}\n",
                        head("clock"), status.timeline.locked ? "locked" : "locking",
                        status.timeline.rate_ppm, status.timeline.jitter_us, status.profile,
                        status.realtime ? "real-time" : "NOT real-time");
    if (!status.bluetooth.empty() && needs_bluetooth(status))
        text += fmt::format("{}{}: {}\n", head("bluetooth "), status.bluetooth,
                            status.bluetooth_detail);
    int width = kIndent;
    for (const auto& sink : status.sinks)
        width = std::max(width, display_width(sink.name) + 2);
    for (const auto& sink : status.sinks)
        append_sink(text, sink, width, colours);
    if (const std::string skew = skew_of(status); !skew.empty())
        text += fmt::format("{}{}\n", head("skew"), skew);
    const Verdict verdict = verdict_of(status);
    return text + painted(verdict.sentence, verdict.health, colours) + '\n';
}

std::string to_line(const BridgeStatus& status) {
    std::string line = fmt::format(
        "{}: {}; level {:.1f} / {:.1f} dBFS, {:+.1f} ppm", span_of(status.uptime_s), status.summary,
        status.capture.level_left_dbfs, status.capture.level_right_dbfs, status.timeline.rate_ppm);
    for (const auto& sink : status.sinks) {
        line += fmt::format("; {} {}, delay {:.1f} ms, {} sent, {} dropped", sink.name, sink.state,
                            sink.delay_ms, sink.packets_sent, sink.packets_dropped);
    }
    return line + '\n';
}

}  // namespace tandem
