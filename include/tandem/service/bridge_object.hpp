// SPDX-License-Identifier: GPL-3.0-or-later
// io.tandem.Bridge1 on the system bus: what tandemctl and others talk to. Thread: control.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tandem/bus/connection.hpp"

namespace tandem {

inline const std::string kBridgeName = "io.tandem.Bridge1";
inline const std::string kBridgePath = "/io/tandem/Bridge1";
inline const std::string kBridgeInterface = "io.tandem.Bridge1";

struct BridgeFunctions {
    std::function<std::string()> status;  // JSON, the property Status
    // Re-reads the configuration; the reason as a sentence if it was not taken.
    std::function<std::optional<std::string>()> reload;
    // Why the name could not be had, as a sentence; empty once it is ours.
    std::function<void(const std::string&)> name_trouble;
};

class BridgeObject {
  public:
    BridgeObject(BusConnection& bus, const std::string& version, BridgeFunctions functions);
    // Tells watchers that Status changed.
    void status_changed();

  private:
    BusConnection& bus_;
    BridgeFunctions functions_;
    Loop::Handle object_;
    Loop::Handle name_;
};

}  // namespace tandem
