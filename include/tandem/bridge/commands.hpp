// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of users, obeyed by a running bridge. Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tandem/config/config.hpp"
#include "tandem/remote/commands.hpp"

namespace tandem {

class Bridge;

// What the bridge does not know: where its configuration comes from.
struct ConfigSource {
    // Puts it in force. Throws ConfigRefusal.
    std::function<void()> reload;
    // Returns the sink of that name as it is configured now, in force or not. Throws BridgeRefusal.
    std::function<SinkConfig(const std::string& sink)> configured;
};

// `bridge` must outlive them.
[[nodiscard]] std::unique_ptr<Commands> commands_of(Bridge& bridge, ConfigSource source);

}  // namespace tandem
