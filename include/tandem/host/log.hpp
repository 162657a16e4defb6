// SPDX-License-Identifier: GPL-3.0-or-later
// Events for the journal: one line each, with fields and a MESSAGE_ID per kind (spdlog in front;
// the sink behind it writes to journald with fields, or to stderr when there is no journal).
// Thread: control only; the engine never logs.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem {

enum class Severity { debug, info, warning, error };

[[nodiscard]] constexpr std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::debug:
            return "debug";
        case Severity::info:
            return "info";
        case Severity::warning:
            return "warning";
        case Severity::error:
            return "error";
    }
    return "unknown";
}

// Each has a fixed MESSAGE_ID in src/host/journal.cpp.
enum class EventKind {
    started,
    stopping,
    config_loaded,
    config_rejected,
    sink_state,
    latency,
    capture_opened,
    capture_failed,
    xrun,
    realtime,
    bluetooth,
    link_drops,
    summary,
    pairing,
    learned,
    trim,
    gain,
    volume,
    engine_stuck,
    idle,
    note,
};

using Fields = std::vector<std::pair<std::string_view, std::string>>;  // ("SINK", "left") ...

// `level`: "debug" | "info" | "warning" | "error"; throws std::invalid_argument otherwise. Without
// this call everything from "info" is logged.
void set_up_log(std::string_view level);
void log_event(Severity severity, EventKind kind, std::string_view message,
               const Fields& fields = {});

}  // namespace tandem
