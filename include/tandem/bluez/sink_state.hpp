// SPDX-License-Identifier: GPL-3.0-or-later
// The states of a sink and the reasons it can be in one. The words for them, in status, journal and
// docs, are made at the edge: name_of() here, word_of() in reasons.hpp. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace tandem {

enum class SinkState {
    absent,
    connecting,
    configuring,
    streaming,
    stalled,
    suspended,  // by the speaker
    resting,    // by us: the input is silent, or the speaker is released for others
    failed,
};

// `resting` is "suspended" to whoever reads it; its reason tells them apart.
[[nodiscard]] constexpr std::string_view name_of(SinkState state) {
    switch (state) {
        case SinkState::absent:
            return "absent";
        case SinkState::connecting:
            return "connecting";
        case SinkState::configuring:
            return "configuring";
        case SinkState::streaming:
            return "streaming";
        case SinkState::stalled:
            return "stalled";
        case SinkState::suspended:
        case SinkState::resting:
            return "suspended";
        case SinkState::failed:
            return "failed";
    }
    return "unknown";
}

enum class ReasonCode {
    none,  // no trouble
    bus_lost,
    bluetooth_missing,
    bluetooth_silent,
    access_denied,
    media_missing,
    endpoint_refused,
    adapter_missing,
    adapter_off,
    adapter_blocked,
    search_running,
    controller_hidden,
    not_paired,
    unreachable,
    connection_lost,
    key_rejected,
    connection_busy,
    waiting_turn,
    connect_failed,
    stream_refused,
    rate_refused,
    no_free_end_point,
    wrong_role,
    no_common_codec,
    not_configured,
    claimed_elsewhere,
    acquire_failed,
    transport_stuck,
    mtu_too_small,
    suspended,
    begun_anew,
    link_stalled,
    link_slow,
    idle,
    released,
    link_failed,
    volume_refused,
    unknown,  // one that a tandemd of another version has given
};

// Why a sink is where it is. `sentence` says what, where and what to do.
struct Reason {
    ReasonCode code = ReasonCode::none;
    std::string sentence;
    bool operator==(const Reason&) const = default;
    // Whether there is trouble.
    [[nodiscard]] explicit operator bool() const { return code != ReasonCode::none; }
};

}  // namespace tandem
