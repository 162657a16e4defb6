// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/remote/bridge_object.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "tandem/status/status_text.hpp"

namespace tandem {

namespace {

// Far beyond what any trim may be; so that the conversion is safe whatever a caller sends.
constexpr double kMostMs = 1e6;

Duration milliseconds_of(const Value& value) {
    const double ms = *value.as<double>();
    if (!(std::abs(ms) <= kMostMs)) throw BridgeRefusal("The trim is no number of milliseconds.");
    return from_ms(ms);
}

BusMethod method(const char* name, const char* in, const char* out,
                 std::function<std::vector<Value>(const IncomingCall&)> work) {
    const auto handle = [work = std::move(work)](const IncomingCall& call) {
        try {
            return work(call);
        } catch (const BridgeRefusal& refusal) {
            throw BusFailure("io.tandem.Error.Refused", refusal.what());
        }
    };
    return {kBridgeInterface, name, in, out, handle};
}

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

BridgeObject::BridgeObject(BusConnection& bus, const std::string& version,
                           const std::string& config_file, BridgeFunctions functions)
    : bus_(bus), functions_(std::move(functions)) {
    object_ = bus_.export_object({kBridgePath, methods(), properties(version, config_file)});
    name_ = bus_.own_name(kBridgeName, [this](NameOwnership ownership) {
        switch (ownership) {
            case NameOwnership::owned:
                return functions_.name_trouble("");
            case NameOwnership::taken:
                return functions_.name_trouble(
                    "The bus name io.tandem.Bridge1 is taken: another tandemd runs; stop it.");
            case NameOwnership::denied:
                return functions_.name_trouble(
                    "The bus refuses the name io.tandem.Bridge1: the D-Bus policy of the package "
                    "is missing, so tandemctl cannot reach this tandemd.");
        }
    });
}

std::vector<BusProperty> BridgeObject::properties(const std::string& version,
                                                  const std::string& config_file) {
    std::vector<BusProperty> properties{
        {kBridgeInterface, "Status", "s", [this] { return Value(to_json(functions_.status())); }},
        {kBridgeInterface, "Version", "s", [version] { return Value(version); }},
        {kBridgeInterface, "ConfigFile", "s", [config_file] { return Value(config_file); }}};
    for (const Live& live : kLive)
        properties.push_back({kBridgeInterface, live.name, live.type,
                              [this, &live] { return value_of(live, functions_.status()); }});
    return properties;
}

BusMethod BridgeObject::trim_method(const char* name, const BridgeFunctions::ChangeTrim& change) {
    return method(name, "sd", "dd", [this, change](const IncomingCall& call) -> std::vector<Value> {
        const auto made = change(call.arguments[0].text(), milliseconds_of(call.arguments[1]));
        status_changed();
        return {to_ms(made.before), to_ms(made.now)};
    });
}

BusMethod BridgeObject::gain_method(const char* name, const BridgeFunctions::ChangeGain& change) {
    return method(name, "sd", "dd", [this, change](const IncomingCall& call) -> std::vector<Value> {
        const auto made = change(call.arguments[0].text(), *call.arguments[1].as<double>());
        status_changed();
        return {made.before_db, made.now_db};
    });
}

BusMethod BridgeObject::confirm_method(const char* name,
                                       const std::function<void(const std::string&)>& confirm) {
    return method(name, "s", "", [this, confirm](const IncomingCall& call) -> std::vector<Value> {
        confirm(call.arguments[0].text());
        status_changed();
        return {};
    });
}

BusMethod BridgeObject::volume_method(const char* name,
                                      const BridgeFunctions::ChangeVolume& change) {
    const auto work = [this, change](const IncomingCall& call) -> std::vector<Value> {
        Value::Items made;
        for (const auto& each :
             change(call.arguments[0].text(), *call.arguments[1].as<std::int32_t>()))
            made.emplace_back(Value::Struct{{each.sink, each.before, each.now}});
        status_changed();
        return {Value::array("(sii)", std::move(made))};
    };
    return method(name, "si", "a(sii)", work);
}

BusMethod BridgeObject::mute_method() {
    return method("SetMute", "sb", "", [this](const IncomingCall& call) -> std::vector<Value> {
        functions_.set_mute(call.arguments[0].text(), *call.arguments[1].as<bool>());
        status_changed();
        return {};
    });
}

std::vector<BusMethod> BridgeObject::methods() {
    using Values = std::vector<Value>;
    const auto reload = [this](const IncomingCall&) -> Values {
        if (const auto failure = functions_.reload())
            throw BusFailure("io.tandem.Error.Config", *failure);
        return {};
    };
    const auto click = [this](const IncomingCall& call) -> Values {
        const auto count = std::min(*call.arguments[0].as<std::uint32_t>(), 1'000'000U);
        Value::Items names;
        for (const auto& name : functions_.click(static_cast<int>(count)))
            names.emplace_back(name);
        return {Value::array("s", std::move(names))};
    };
    const auto identify = [this](const IncomingCall& call) -> Values {
        functions_.identify(call.arguments[0].text());
        return {};
    };
    return {method("Reload", "", "", reload),
            trim_method("SetTrim", functions_.set_trim),
            trim_method("AdjustTrim", functions_.adjust_trim),
            confirm_method("ConfirmTrim", functions_.confirm_trim),
            gain_method("SetGain", functions_.set_gain),
            gain_method("AdjustGain", functions_.adjust_gain),
            confirm_method("ConfirmGain", functions_.confirm_gain),
            volume_method("SetVolume", functions_.set_volume),
            volume_method("AdjustVolume", functions_.adjust_volume),
            mute_method(),
            method("Click", "u", "as", click),
            method("Identify", "s", "", identify)};
}

std::vector<std::string> BridgeObject::take_changes() {
    const BridgeStatus status = functions_.status();
    told_.resize(kLive.size());
    std::vector<std::string> changed;
    for (std::size_t i = 0; i < kLive.size(); ++i) {
        PropertyContent now = kLive[i].content(status);
        if (std::exchange(told_[i], now) != now) changed.emplace_back(kLive[i].name);
    }
    return changed;
}

void BridgeObject::status_changed() {
    std::vector<std::string> names = take_changes();
    names.emplace_back("Status");
    bus_.emit_changed(kBridgePath, kBridgeInterface, names);
}

void BridgeObject::look() {
    std::vector<std::string> names = take_changes();
    if (names.empty()) return;
    names.emplace_back("Status");
    bus_.emit_changed(kBridgePath, kBridgeInterface, names);
}

}  // namespace tandem
