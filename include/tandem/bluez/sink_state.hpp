// SPDX-License-Identifier: GPL-3.0-or-later
// The states of a sink and the reasons it can be in one, as status, journal and docs name them.
// Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace tandem {

enum class SinkState { absent, connecting, configuring, streaming, stalled, suspended, failed };

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
            return "suspended";
        case SinkState::failed:
            return "failed";
    }
    return "unknown";
}

// Why a sink is where it is. `code` is stable and listed in docs/troubleshooting.md (empty: no
// trouble); `sentence` says what, where and what to do.
struct Reason {
    std::string code;
    std::string sentence;
    bool operator==(const Reason&) const = default;
};

}  // namespace tandem
