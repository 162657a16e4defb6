// SPDX-License-Identifier: GPL-3.0-or-later
// io.tandem.Bridge1 on the system bus: what tandemctl and others talk to. Thread: control.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tandem/bus/connection.hpp"
#include "tandem/remote/bridge_commands.hpp"
#include "tandem/status/status.hpp"

namespace tandem {

inline const std::string kBridgeName = "io.tandem.Bridge1";
inline const std::string kBridgePath = "/io/tandem/Bridge1";
inline const std::string kBridgeInterface = "io.tandem.Bridge1";

// Of a property that tells of its changes: s, a{ss} or a{si}.
using PropertyContent =
    std::variant<std::string, std::map<std::string, std::string>, std::map<std::string, int>>;

struct BridgeFunctions {
    std::function<BridgeStatus()> status;
    // Re-reads the configuration; the reason as a sentence if it was not taken.
    std::function<std::optional<std::string>()> reload;
    // Why the name could not be had, as a sentence; empty once it is ours.
    std::function<void(const std::string&)> name_trouble;
    // This and what follows throws BridgeRefusal, with the reason as a sentence.
    using ChangeTrim = std::function<TrimChange(const std::string& sink, Duration amount)>;
    ChangeTrim set_trim = {};     // makes it `amount`
    ChangeTrim adjust_trim = {};  // makes it that much more
    // The caller has put the trim in force into the configuration file.
    std::function<void(const std::string& sink)> confirm_trim = {};
    std::function<std::vector<std::string>(int count)> click = {};  // the sinks that play it
    std::function<void(const std::string& sink)> identify = {};
    // The same as for trims, in decibels.
    using ChangeGain = std::function<GainChange(const std::string& sink, double amount_db)>;
    ChangeGain set_gain = {};
    ChangeGain adjust_gain = {};
    std::function<void(const std::string& sink)> confirm_gain = {};
    std::function<void(const std::string& sink, bool on)> set_mute = {};
    // Of one sink, or of all if its name is empty; in percent.
    using ChangeVolume =
        std::function<std::vector<VolumeChange>(const std::string& sink, int amount)>;
    ChangeVolume set_volume = {};
    ChangeVolume adjust_volume = {};
};

class BridgeObject {
  public:
    // `config_file`: which one is in use, an absolute path.
    BridgeObject(BusConnection& bus, const std::string& version, const std::string& config_file,
                 BridgeFunctions functions);
    // Tells watchers that Status changed, and what else did since they were told last.
    void status_changed();
    // The same, but only if there is something else: Status itself changes all the time.
    void look();

  private:
    [[nodiscard]] std::vector<BusProperty> properties(const std::string& version,
                                                      const std::string& config_file);
    // The names of those that changed.
    [[nodiscard]] std::vector<std::string> take_changes();
    [[nodiscard]] std::vector<BusMethod> methods();
    [[nodiscard]] BusMethod trim_method(const char* name,
                                        const BridgeFunctions::ChangeTrim& change);
    [[nodiscard]] BusMethod gain_method(const char* name,
                                        const BridgeFunctions::ChangeGain& change);
    [[nodiscard]] BusMethod confirm_method(const char* name,
                                           const std::function<void(const std::string&)>& confirm);
    [[nodiscard]] BusMethod volume_method(const char* name,
                                          const BridgeFunctions::ChangeVolume& change);
    [[nodiscard]] BusMethod mute_method();

    BusConnection& bus_;
    BridgeFunctions functions_;
    std::vector<PropertyContent> told_;  // what stood in those that may change
    Loop::Handle object_;
    Loop::Handle name_;
};

}  // namespace tandem
