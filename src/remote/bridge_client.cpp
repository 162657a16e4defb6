// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/remote/bridge_client.hpp"

#include <optional>
#include <utility>

#include "tandem/bus/connection.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/remote/bridge_object.hpp"

namespace tandem {
namespace {

BridgeClientError trouble_for(const BusError& error) {
    const auto is = [&](std::string_view what) {
        return error.name == "org.freedesktop.DBus.Error." + std::string(what);
    };
    if (is("ServiceUnknown") || is("NameHasNoOwner")) {
        return {BridgeTrouble::not_running,
                "tandem.service is not running: start it with \"sudo systemctl start tandem\"."};
    }
    if (is("AccessDenied")) {
        // The bus's own words quote its rules, over several lines.
        return {BridgeTrouble::denied,
                "You may not do this: run it with sudo, or as a member of the "
                "group tandem."};
    }
    if (is("NoReply")) {
        return {BridgeTrouble::other,
                "tandem.service does not answer: run \"journalctl -u tandem\" to see why."};
    }
    const auto sentence =
        error.message.empty() ? "tandem.service answered " + error.name + "." : error.message;
    const bool config = error.name == "io.tandem.Error.Config";
    return {config ? BridgeTrouble::config : BridgeTrouble::other, sentence};
}

// One call on a connection of its own.
BusReply ask(const std::string& address, Duration limit, BusCall call) {
    Loop loop;
    BusConnection bus(loop, {address});
    std::optional<BusReply> answer;
    Loop::Handle pending;
    call.timeout = limit;
    const auto connection = bus.on_connection([&](bool connected) {
        if (!connected) return loop.stop();  // a bus that is away is not waited for
        pending = bus.call(call, [&](const BusReply& reply) {
            answer = reply;
            loop.stop();
        });
    });
    const auto end = loop.after(limit, [&] { loop.stop(); });
    loop.run();
    if (!answer && !bus.connected()) throw BridgeClientError(BridgeTrouble::other, bus.trouble());
    const BusError silence{"org.freedesktop.DBus.Error.NoReply", {}};
    if (!answer) throw trouble_for(silence);
    if (answer->error) throw trouble_for(*answer->error);
    return *answer;
}

std::vector<Value> ask_for(const std::string& address, Duration limit, BusCall call,
                           const std::string& out) {
    auto reply = ask(address, limit, std::move(call));
    if (reply.is(out)) return std::move(reply.arguments);
    throw BridgeClientError(
        BridgeTrouble::other,
        "tandem.service gave an answer that tandemctl does not understand: check "
        "that both are of the same version.");
}

std::string get_property(const std::string& address, Duration limit, const std::string& name) {
    return ask_for(address, limit,
                   {kBridgeName,
                    kBridgePath,
                    std::string(kPropertiesInterface),
                    "Get",
                    {kBridgeInterface, name}},
                   "v")[0]
        .text();
}

}  // namespace

BridgeClient::BridgeClient(std::string address, Duration limit)
    : address_(std::move(address)), limit_(limit) {}

std::string BridgeClient::get_status() const {
    return get_property(address_, limit_, "Status");
}

std::string BridgeClient::get_version() const {
    return get_property(address_, limit_, "Version");
}

std::string BridgeClient::get_config_file() const {
    return get_property(address_, limit_, "ConfigFile");
}

std::vector<Value> BridgeClient::call(const std::string& method, std::vector<Value> arguments,
                                      const std::string& out) const {
    return ask_for(address_, limit_,
                   {kBridgeName, kBridgePath, kBridgeInterface, method, std::move(arguments)}, out);
}

void BridgeClient::reload() const {
    call("Reload", {}, "");
}

TrimChange BridgeClient::change_trim(const std::string& method, const std::string& sink,
                                     Duration amount) const {
    const auto answer = call(method, {sink, to_ms(amount)}, "dd");
    return {from_ms(*answer[0].as<double>()), from_ms(*answer[1].as<double>())};
}

TrimChange BridgeClient::set_trim(const std::string& sink, Duration trim) const {
    return change_trim("SetTrim", sink, trim);
}

TrimChange BridgeClient::adjust_trim(const std::string& sink, Duration by) const {
    return change_trim("AdjustTrim", sink, by);
}

void BridgeClient::confirm_trim(const std::string& sink) const {
    call("ConfirmTrim", {sink}, "");
}

GainChange BridgeClient::change_gain(const std::string& method, const std::string& sink,
                                     double amount_db) const {
    const auto answer = call(method, {sink, amount_db}, "dd");
    return {*answer[0].as<double>(), *answer[1].as<double>()};
}

GainChange BridgeClient::set_gain(const std::string& sink, double gain_db) const {
    return change_gain("SetGain", sink, gain_db);
}

GainChange BridgeClient::adjust_gain(const std::string& sink, double by_db) const {
    return change_gain("AdjustGain", sink, by_db);
}

void BridgeClient::confirm_gain(const std::string& sink) const {
    call("ConfirmGain", {sink}, "");
}

void BridgeClient::set_mute(const std::string& sink, bool on) const {
    call("SetMute", {sink, on}, "");
}

std::vector<VolumeChange> BridgeClient::change_volume(const std::string& method,
                                                      const std::string& sink, int amount) const {
    const auto answer = call(method, {sink, amount}, "a(sii)");
    std::vector<VolumeChange> changes;
    for (const Value& each : answer[0].items()) {
        const auto& parts = each.items();
        changes.push_back({parts[0].text(), *parts[1].as<int>(), *parts[2].as<int>()});
    }
    return changes;
}

std::vector<VolumeChange> BridgeClient::set_volume(const std::string& sink, int percent) const {
    return change_volume("SetVolume", sink, percent);
}

std::vector<VolumeChange> BridgeClient::adjust_volume(const std::string& sink, int by) const {
    return change_volume("AdjustVolume", sink, by);
}

std::vector<std::string> BridgeClient::click(int count) const {
    const auto answer = call("Click", {static_cast<std::uint32_t>(count)}, "as");
    std::vector<std::string> names;
    for (const Value& name : answer[0].items())
        names.push_back(name.text());
    return names;
}

void BridgeClient::identify(const std::string& sink) const {
    call("Identify", {sink}, "");
}

}  // namespace tandem
