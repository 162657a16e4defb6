// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/recovery.hpp"

#include <algorithm>

namespace tandem {

namespace {

// Nobody decodes and plays SBC so soon: a report below it says nothing of the buffer.
constexpr Duration kLeastTrue = std::chrono::milliseconds{20};

Duration trusted_latency(const SinkKnowledge& sink) noexcept {
    return sink.certain || sink.latency >= kLeastTrue ? sink.latency : SinkKnowledge{}.latency;
}

}  // namespace

RecoveryPlan recover(const SinkKnowledge& sink, Duration late, bool may_begin_anew) noexcept {
    const Duration latency = trusted_latency(sink);
    const Duration held = std::max(Duration::zero(), sink.certain ? latency : latency - kBelief);
    if (late <= held) return {};
    const Duration excess = std::max(Duration::zero(), late - latency);
    if (sink.certain && sink.plays_on) return {Recovery::leave_out, excess};
    if (may_begin_anew) return {Recovery::begin_anew, {}};
    return {excess > Duration::zero() ? Recovery::leave_out : Recovery::send_all, excess};
}

}  // namespace tandem
