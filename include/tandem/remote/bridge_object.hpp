// SPDX-License-Identifier: GPL-3.0-or-later
// io.tandem.Bridge1 on the system bus: what tandemctl and others talk to. Thread: control.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "tandem/bus/connection.hpp"
#include "tandem/remote/command_methods.hpp"
#include "tandem/status/status.hpp"

namespace tandem {

// Of a property that announces its changes: s, a{ss} or a{si}.
using PropertyContent =
    std::variant<std::string, std::map<std::string, std::string>, std::map<std::string, int>>;

// What is served beside the commands.
struct ServedBridge {
    std::string version;
    std::string config_file;  // the one in use, an absolute path
    std::function<BridgeStatus()> status;
    // Why the name could not be had, as a sentence; empty once it is ours.
    std::function<void(const std::string&)> name_trouble;
};

class BridgeObject {
  public:
    // `commands` must outlive this.
    BridgeObject(BusConnection& bus, Commands& commands, ServedBridge bridge);
    // Announces a change of Status, and of what else changed since the last announcement. Returns
    // the status that was announced.
    const BridgeStatus& status_changed();
    // The same, but only if something else changed: Status itself changes all the time.
    const BridgeStatus& look();

  private:
    [[nodiscard]] std::vector<BusProperty> properties();
    // The names of those that changed.
    [[nodiscard]] std::vector<std::string> take_changes();
    void announce(std::vector<std::string> names);

    BusConnection& bus_;
    ServedBridge bridge_;
    BridgeStatus now_;                   // of the moment that is being read or announced
    std::vector<PropertyContent> told_;  // what was in those that announce their changes
    Loop::Handle object_;
    Loop::Handle name_;
};

}  // namespace tandem
