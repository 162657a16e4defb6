// SPDX-License-Identifier: GPL-3.0-or-later
// The status of the bridge, derived from its parts at one moment. Thread: control.
#pragma once

#include "tandem/bridge/capture_keeper.hpp"
#include "tandem/bridge/streams.hpp"
#include "tandem/status/status.hpp"

namespace tandem {

struct BridgeParts {
    const Config& config;
    const Roster& roster;
    const Streams& streams;
    const CaptureKeeper& capture;
    const Reason& bluetooth;
};

[[nodiscard]] BridgeStatus report(const BridgeParts& bridge, const EngineSnapshot& engine,
                                  Time started, Time now);

}  // namespace tandem
