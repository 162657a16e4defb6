// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/service/bridge_client.hpp"

#include <optional>

#include "tandem/bus/connection.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/service/bridge_object.hpp"

namespace tandem {
namespace {

BridgeClientError trouble_for(const BusError& error) {
    const auto is = [&](std::string_view what) {
        return error.name == "org.freedesktop.DBus.Error." + std::string(what);
    };
    if (is("ServiceUnknown") || is("NameHasNoOwner")) {
        return {BridgeTrouble::not_running,
                "The service tandem does not run: start it with \"systemctl start tandem\"."};
    }
    if (is("AccessDenied")) {
        return {BridgeTrouble::denied,
                "The bus does not allow this (" + error.message +
                    "): run it with sudo, or as a member of the group tandem."};
    }
    if (is("NoReply")) {
        return {BridgeTrouble::other,
                "The service tandem does not answer: see \"journalctl -u tandem\"."};
    }
    const auto sentence =
        error.message.empty() ? "The service tandem answered " + error.name + "." : error.message;
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
        if (!connected) return;
        pending = bus.call(call, [&](const BusReply& reply) {
            answer = reply;
            loop.stop();
        });
    });
    const auto end = loop.after(limit, [&] { loop.stop(); });
    // Connected or not is known after the first round; a bus that is away is not waited for.
    loop.post([&] {
        if (!bus.connected()) loop.stop();
    });
    loop.run();
    if (!answer && !bus.connected()) throw BridgeClientError(BridgeTrouble::other, bus.trouble());
    const BusError silence{"org.freedesktop.DBus.Error.NoReply", {}};
    if (!answer) throw trouble_for(silence);
    if (answer->error) throw trouble_for(*answer->error);
    return *answer;
}

std::string get_property(const std::string& address, Duration limit, const std::string& name) {
    const auto reply = ask(address, limit,
                           {kBridgeName,
                            kBridgePath,
                            std::string(kPropertiesInterface),
                            "Get",
                            {kBridgeInterface, name}});
    if (!reply.is("v")) {
        throw BridgeClientError(BridgeTrouble::other,
                                "The service tandem answered in an unknown form: tandemctl and "
                                "tandemd are of different versions.");
    }
    return reply.arguments[0].text();
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

void BridgeClient::reload() const {
    ask(address_, limit_, {kBridgeName, kBridgePath, kBridgeInterface, "Reload"});
}

}  // namespace tandem
