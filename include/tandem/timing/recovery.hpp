// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of a stream whose packets could not leave in time. Thread: any. A pure function,
// real-time safe.
//
// A speaker holds what arrived within its latency L. While a stall is shorter than that, all of it
// still sounds in time if all of it is sent, whatever the kind of speaker. A longer one, T, has run
// the speaker dry for T - L, and the kinds part:
// - one that places sound by its time throws T - L away, and is right again;
// - one that counts and plays on is later by T - L for good, unless exactly that is left out;
// - one that counts and fills its buffer up first is as late as its buffer then is long.
// Nobody knows the kind from here, as a rule. Only what a stream's first packets do is known: so it
// is begun anew, and the speaker starts by its own rule, as it did the first time.
#pragma once

#include <chrono>

#include "tandem/base/units.hpp"

namespace tandem {

// What a stream knows of its sink.
struct SinkKnowledge {
    Duration latency = std::chrono::milliseconds{150};
    // Measured, or told by the user; else it is believed, which is true to kBelief at best.
    bool certain = false;
    // It plays on after an underrun: with what comes next, or by its time.
    bool plays_on = false;
};
inline constexpr Duration kBelief = std::chrono::milliseconds{20};

enum class Recovery {
    send_all,    // nothing was missed yet
    leave_out,   // `excess` of the sound, and go on
    begin_anew,  // end the stream and start it again
};

struct RecoveryPlan {
    Recovery what = Recovery::send_all;
    Duration excess{};
};

// `late`: by how much the oldest packet that has not arrived is behind its time. `may_begin_anew`:
// false while that was done a moment ago: once a stall is enough.
[[nodiscard]] RecoveryPlan recover(const SinkKnowledge& sink, Duration late,
                                   bool may_begin_anew) noexcept;

}  // namespace tandem
