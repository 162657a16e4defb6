// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of users, obeyed by a running bridge. Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tandem/config/config.hpp"
#include "tandem/remote/commands.hpp"

namespace tandem {

class Roster;
class Streams;

// Where the configuration comes from, which the bridge does not know.
struct ConfigSource {
    // Puts it in force. Throws ConfigRefusal.
    std::function<void()> reload;
    // Returns the sink of that name as it is configured now, in force or not. Throws BridgeRefusal.
    std::function<SinkConfig(const std::string& sink)> configured;
};

// `roster` and `streams` must outlive them.
[[nodiscard]] std::unique_ptr<Commands> make_commands(Roster& roster, Streams& streams,
                                                      ConfigSource source);

}  // namespace tandem
