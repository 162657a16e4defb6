// SPDX-License-Identifier: GPL-3.0-or-later
// Commands as methods of io.tandem.Bridge1, in both directions: served to callers, and called.
// Thread: one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tandem/bus/object.hpp"
#include "tandem/bus/value.hpp"
#include "tandem/remote/commands.hpp"

namespace tandem {

inline const std::string kBridgeName = "io.tandem.Bridge1";
inline const std::string kBridgePath = "/io/tandem/Bridge1";
inline const std::string kBridgeInterface = "io.tandem.Bridge1";

// What a ConfigRefusal is on the bus.
inline const std::string kConfigError = "io.tandem.Error.Config";

// The methods that have `commands` obey. `changed` is called after each one that changed what the
// status says of a sink. Both must outlive the methods.
[[nodiscard]] std::vector<BusMethod> serve_commands(Commands& commands,
                                                    const std::function<void()>& changed);

// Calls `method` with `arguments`, and returns what it answers, which is of the types `out`.
using CallMethod = std::function<std::vector<Value>(
    const std::string& method, std::vector<Value> arguments, const std::string& out)>;

// Commands that are obeyed at the other end of `call`. They throw what `call` throws.
[[nodiscard]] std::unique_ptr<Commands> remote_commands(CallMethod call);

}  // namespace tandem
