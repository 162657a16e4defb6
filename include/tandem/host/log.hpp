// SPDX-License-Identifier: GPL-3.0-or-later
// Events for the journal: one line each, with fields and a MESSAGE_ID per kind.
// Written through spdlog to journald, or to stderr if there is no journal.
// Thread: control; the engine never logs.
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

// Each kind has a fixed MESSAGE_ID: see src/host/journal.cpp.
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

// Sets the lowest severity to log: "debug", "info" (the default), "warning" or "error". Throws
// std::invalid_argument for anything else.
void set_up_log(std::string_view level);
void log_event(Severity severity, EventKind kind, std::string_view message,
               const Fields& fields = {});

}  // namespace tandem
