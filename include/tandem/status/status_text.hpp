// SPDX-License-Identifier: GPL-3.0-or-later
// The bridge's status as a person reads it. Pure. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "tandem/status/status.hpp"

namespace tandem {

enum class Health { well, warning, trouble };

// How all is, in one sentence: the worst that can be said.
struct Verdict {
    Health health = Health::well;
    std::string sentence;
};
[[nodiscard]] Verdict verdict_of(const BridgeStatus& status);
// Of a sink, by its state and reason.
[[nodiscard]] Health health_of(const SinkStatus& sink);

// Whether text gets colours (ECMA-48): for a terminal only.
enum class Colours { off, on };
[[nodiscard]] std::string painted(std::string_view text, Health health, Colours colours);

// Ten lines for two sinks that play; the last one is the verdict.
[[nodiscard]] std::string to_text(const BridgeStatus& status, Colours colours = Colours::off);
// The same in one line, for a log or a pipe.
[[nodiscard]] std::string to_line(const BridgeStatus& status);

// "4 s", "12 min", "3 h 05 min", "16 d 4 h"
[[nodiscard]] std::string span_of(double seconds);
// What was opened, or is to be.
[[nodiscard]] std::string input_of(const CaptureStatusReport& capture);
// What is to be said of the input's sound: "sound now, no clipping, no hum".
[[nodiscard]] std::string sound_of(const CaptureStatusReport& capture);
// "0.1 ms" and what that rests on; empty for fewer than two sinks that play.
[[nodiscard]] std::string skew_of(const BridgeStatus& status);

}  // namespace tandem
