// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/remote/bridge_client.hpp"

#include <optional>
#include <utility>

#include "tandem/bus/connection.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/remote/command_methods.hpp"

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
    const bool config = error.name == kConfigError;
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
    : address_(std::move(address)),
      limit_(limit),
      commands_(remote_commands([address = address_, limit](const std::string& method,
                                                            std::vector<Value> arguments,
                                                            const std::string& out) {
          return ask_for(address, limit,
                         {kBridgeName, kBridgePath, kBridgeInterface, method, std::move(arguments)},
                         out);
      })) {}

std::string BridgeClient::get_status() const {
    return get_property(address_, limit_, "Status");
}

std::string BridgeClient::get_version() const {
    return get_property(address_, limit_, "Version");
}

std::string BridgeClient::get_config_file() const {
    return get_property(address_, limit_, "ConfigFile");
}

}  // namespace tandem
