// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "tandem/service/status.hpp"

namespace tandem {
namespace {

constexpr std::size_t columns = 8;
using Row = std::array<std::string, columns>;

// "4 s", "12 min", "3 h 05 min", "16 d 4 h"
std::string span_of(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::max(0.0, seconds));
    if (whole < 120) return fmt::format("{} s", whole);
    const auto minutes = whole / 60;
    if (minutes < 60) return fmt::format("{} min", minutes);
    const auto hours = minutes / 60;
    if (hours < 48) return fmt::format("{} h {:02} min", hours, minutes % 60);
    return fmt::format("{} d {} h", hours / 24, hours % 24);
}

std::size_t playing(const BridgeStatus& status) {
    return static_cast<std::size_t>(
        std::ranges::count(status.sinks, "streaming", &SinkStatus::state));
}

std::string with_trim(const SinkStatus& sink) {
    // The trim is part of the delay; it is shown where somebody set one.
    if (sink.trim_ms == 0 && sink.trim_saved) return fmt::format("{:.1f} ms", sink.delay_ms);
    return fmt::format("{:.1f} ms (trim {:+.1f}{})", sink.delay_ms, sink.trim_ms,
                       sink.trim_saved ? "" : ", not saved");
}

std::string with_origin(const SinkStatus& sink) {
    std::string text = fmt::format("{:.1f} ms {}", sink.latency_ms, sink.latency_origin);
    if (sink.latency_age_s) text += fmt::format(" {} ago", span_of(*sink.latency_age_s));
    return text;
}

Row row_of(const SinkStatus& sink) {
    const bool configured = !sink.codec.empty();
    return {sink.name,
            sink.state,
            span_of(sink.since_s),
            configured ? fmt::format("{}, bitpool {}", sink.codec, sink.bitpool) : "-",
            with_origin(sink),
            with_trim(sink),
            fmt::format("{}", sink.packets_sent),
            fmt::format("{}", sink.packets_dropped)};
}

void append_rows(std::string& text, const std::vector<Row>& rows) {
    std::array<std::size_t, columns> widths{};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < columns; ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < columns; ++i) {
            line += fmt::format("{:<{}}  ", row[i], widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
}

void append_sinks(std::string& text, const BridgeStatus& status) {
    if (status.sinks.empty()) return;
    std::vector<Row> rows{{"SINK", "STATE", "FOR", "CODEC", "LATENCY", "DELAY", "SENT", "DROPPED"}};
    for (const auto& sink : status.sinks)
        rows.push_back(row_of(sink));
    append_rows(text, rows);
    for (const auto& sink : status.sinks) {
        if (!sink.reason.empty()) {
            text += fmt::format("{}: {}: {}\n", sink.name, sink.reason, sink.detail);
        }
    }
}

// Trouble with Bluetooth is none for modelled speakers alone.
bool needs_bluetooth(const BridgeStatus& status) {
    return status.sinks.empty() || !std::ranges::all_of(status.sinks, [](const auto& sink) {
               return sink.address == "virtual";
           });
}

std::string verdict(const BridgeStatus& status) {
    if (status.sinks.empty()) {
        return "Nothing to play on: name your speakers in /etc/tandem/tandem.toml.";
    }
    if (status.capture.state != "running") {
        return fmt::format("Nothing to play: the capture is {}.", status.capture.state);
    }
    const auto count = playing(status);
    if (count < status.sinks.size()) {
        return fmt::format("{} of {} sinks play; the reasons are above.", count,
                           status.sinks.size());
    }
    if (!status.timeline.locked) return "All sinks play; the timeline is still locking.";
    return count == 1 ? "All is well: the one sink plays."
                      : fmt::format("All is well: {} sinks play in step.", count);
}

}  // namespace

std::string to_text(const BridgeStatus& status) {
    const auto& capture = status.capture;
    std::string text = fmt::format("Tandem {}, up {}: {}\n", status.version,
                                   span_of(status.uptime_s), status.summary);
    text += fmt::format("capture    {}: {}, level {:.1f} / {:.1f} dBFS, {} xruns, {} frames lost\n",
                        capture.description.empty() ? capture.device : capture.description,
                        capture.state, capture.level_left_dbfs, capture.level_right_dbfs,
                        capture.xruns, capture.frames_lost);
    if (!capture.reason.empty()) {
        text += fmt::format("           {}: {}\n", capture.reason, capture.detail);
    }
    text += fmt::format("timeline   {}, rate {:+.1f} ppm, jitter {:.0f} us\n",
                        status.timeline.locked ? "locked" : "locking", status.timeline.rate_ppm,
                        status.timeline.jitter_us);
    text += fmt::format("stream     {}, {} Hz, engine thread {}\n", status.profile, status.rate_hz,
                        status.realtime ? "real-time" : "NOT real-time");
    if (!status.bluetooth.empty() && needs_bluetooth(status)) {
        text += fmt::format("bluetooth  {}: {}\n", status.bluetooth, status.bluetooth_detail);
    }
    append_sinks(text, status);
    return text + verdict(status) + '\n';
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
