// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/remote/bridge_object.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "tandem/status/status_text.hpp"

namespace tandem {

namespace {

using States = std::map<std::string, std::string>;
using Percents = std::map<std::string, int>;

PropertyContent states_of(const BridgeStatus& status) {
    States states;
    for (const auto& sink : status.sinks)
        states[sink.name] = sink.state;
    return states;
}

PropertyContent volumes_of(const BridgeStatus& status) {
    Percents volumes;
    for (const auto& sink : status.sinks)
        if (sink.volume_percent)
            volumes[sink.name] = static_cast<int>(std::lround(*sink.volume_percent));
    return volumes;
}

PropertyContent input_of(const BridgeStatus& status) {
    return status.capture.reason.empty() ? status.capture.state : status.capture.reason;
}

// Properties that announce their changes: at once after a command, else within 2 s (look()).
struct Live {
    const char* name;
    const char* type;
    PropertyContent (*content)(const BridgeStatus&);
};
constexpr std::array kLive{
    Live{"Summary", "s",
         [](const BridgeStatus& status) { return PropertyContent{status.summary}; }},
    Live{"Verdict", "s",
         [](const BridgeStatus& status) { return PropertyContent{verdict_of(status).sentence}; }},
    Live{"Input", "s", input_of},
    Live{"Bluetooth", "s",
         [](const BridgeStatus& status) { return PropertyContent{status.bluetooth}; }},
    Live{"Sinks", "a{ss}", states_of},
    Live{"Volumes", "a{si}", volumes_of},
};

Value to_value(const std::string& text) {
    return text;
}
template <typename Content>
Value dict(const char* type, const std::map<std::string, Content>& contents) {
    Value::Dict pairs{"s", type, {}};
    for (const auto& [name, content] : contents)
        pairs.entries.emplace_back(name, content);
    return pairs;
}
Value to_value(const States& states) {
    return dict("s", states);
}
Value to_value(const Percents& percents) {
    return dict("i", percents);
}

Value value_of(const Live& live, const BridgeStatus& status) {
    return std::visit([](const auto& content) { return to_value(content); }, live.content(status));
}

}  // namespace

BridgeObject::BridgeObject(BusConnection& bus, Commands& commands, ServedBridge bridge)
    : bus_(bus), bridge_(std::move(bridge)) {
    object_ = bus_.export_object({.path = kBridgePath,
                                  .methods = serve_commands(commands, [this] { status_changed(); }),
                                  .properties = properties(),
                                  .before_reading = [this] { now_ = bridge_.status(); }});
    name_ = bus_.own_name(kBridgeName, [this](NameOwnership ownership) {
        switch (ownership) {
            case NameOwnership::owned:
                return bridge_.name_trouble("");
            case NameOwnership::taken:
                return bridge_.name_trouble(
                    "The bus name io.tandem.Bridge1 is taken: another tandemd runs; stop it.");
            case NameOwnership::denied:
                return bridge_.name_trouble(
                    "The bus refuses the name io.tandem.Bridge1: the D-Bus policy of the package "
                    "is missing, so tandemctl cannot reach this tandemd.");
        }
    });
}

std::vector<BusProperty> BridgeObject::properties() {
    std::vector<BusProperty> properties{
        {kBridgeInterface, "Status", "s", [this] { return Value(to_json(now_)); }},
        {kBridgeInterface, "Version", "s", [this] { return Value(bridge_.version); }},
        {kBridgeInterface, "ConfigFile", "s", [this] { return Value(bridge_.config_file); }}};
    for (const Live& live : kLive)
        properties.push_back({kBridgeInterface, live.name, live.type,
                              [this, &live] { return value_of(live, now_); }});
    return properties;
}

std::vector<std::string> BridgeObject::take_changes() {
    now_ = bridge_.status();
    told_.resize(kLive.size());
    std::vector<std::string> changed;
    for (std::size_t i = 0; i < kLive.size(); ++i) {
        PropertyContent now = kLive[i].content(now_);
        if (std::exchange(told_[i], now) != now) changed.emplace_back(kLive[i].name);
    }
    return changed;
}

void BridgeObject::announce(std::vector<std::string> names) {
    names.emplace_back("Status");
    bus_.emit_changed(kBridgePath, kBridgeInterface, names);
}

const BridgeStatus& BridgeObject::status_changed() {
    announce(take_changes());
    return now_;
}

const BridgeStatus& BridgeObject::look() {
    auto names = take_changes();
    if (!names.empty()) announce(std::move(names));
    return now_;
}

}  // namespace tandem
