// SPDX-License-Identifier: GPL-3.0-or-later
// The bridge's status for people to read. Pure. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tandem/status/status.hpp"

namespace tandem {

enum class Health { well, warning, trouble };

// The overall state in one sentence: the worst problem, if there is one.
struct Verdict {
    Health health = Health::well;
    std::string sentence;
};
[[nodiscard]] Verdict verdict_of(const BridgeStatus& status);
// The health of a sink, by its state and reason.
[[nodiscard]] Health health_of(const SinkStatus& sink);

// Whether to colour text (ECMA-48): for terminals only.
enum class Colours { off, on };
[[nodiscard]] std::string painted(std::string_view text, Health health, Colours colours);

// Ten lines for two playing sinks; the last one is the verdict.
[[nodiscard]] std::string to_text(const BridgeStatus& status, Colours colours = Colours::off);
// The same in one line, for a log or a pipe.
[[nodiscard]] std::string to_line(const BridgeStatus& status);

// "4 s", "12 min", "3 h 05 min", "16 d 4 h"
[[nodiscard]] std::string span_of(double seconds);
// The input that was opened, or that is configured.
[[nodiscard]] std::string input_of(const CaptureStatusReport& capture);
// A summary of the input's sound: "sound now, no clipping, no hum".
[[nodiscard]] std::string sound_of(const CaptureStatusReport& capture);
// The skew and what it depends on; empty for fewer than two playing sinks.
[[nodiscard]] std::string skew_of(const BridgeStatus& status);
// "left", "left and right", "left, middle and right"
[[nodiscard]] std::string listed(const std::vector<std::string>& names);
// The playing sinks whose latency is only assumed, as a list to read; may be empty.
[[nodiscard]] std::string unknown_latencies(const BridgeStatus& status);

}  // namespace tandem
