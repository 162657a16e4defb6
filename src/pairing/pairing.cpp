// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/pairing/pairing.hpp"

#include <bluetooth/bluetooth.h>
#include <fmt/format.h>

#include "tandem/bluez/errors.hpp"
#include "tandem/pairing/reach.hpp"

namespace tandem {
namespace {

const std::string kAgentPath = "/io/tandem/agent";
const std::string kAgentInterface = "org.bluez.Agent1";
const std::string kAgents = "org.bluez.AgentManager1";

}  // namespace

Pairing::Pairing(Loop& loop, BusConnection& bus, PairingSettings settings, Progress progress,
                 Done done)
    : loop_(loop),
      bus_(bus),
      settings_(std::move(settings)),
      progress_(std::move(progress)),
      done_(std::move(done)),
      model_(loop, bus, [this] { advance(); }) {
    limit_ = loop_.after(settings_.limit, [this] { on_timeout(); });
    bus_limit_ = loop_.after(settings_.bus_limit, [this] {
        if (phase_ == Phase::finding_bluez) on_timeout();
    });
    if (bachk(settings_.address.c_str()) != 0) {
        bus_limit_ = loop_.after(Duration{0}, [this] {
            finish(fmt::format("'{}' is no Bluetooth address: it looks like AA:BB:CC:DD:EE:FF.",
                               settings_.address));
        });
    }
}

Pairing::~Pairing() {
    clean_up();
}

void Pairing::advance() {
    // Not from inside the model: finish() may end with our destruction.
    loop_.post(alive_, [this] {
        if (phase_ == Phase::finding_bluez && model_.is_ready()) begin();
        if (phase_ == Phase::searching && !find_device().empty()) pair();
        const bool gone = phase_ != Phase::finding_bluez && phase_ != Phase::finished;
        if (gone && !model_.is_running()) finish("BlueZ stopped during the pairing: try again.");
    });
}

std::string Pairing::find_device() const {
    for (const auto& [path, device] : model_.devices()) {
        if (device.adapter == adapter_ && same_address(device.address, settings_.address)) {
            return path;
        }
    }
    return {};
}

void Pairing::begin() {
    if (bachk(settings_.address.c_str()) != 0) return;  // its refusal is on the way
    bus_limit_.reset();
    adapter_ = powered_adapter(model_, settings_.adapter);
    if (adapter_.empty()) return finish(no_adapter(settings_.adapter));
    device_ = find_device();
    const auto known = model_.devices().find(device_);
    if (known == model_.devices().end() || !known->second.paired) return register_agent();
    if (!known->second.connected) return remove_old();
    was_paired_ = true;
    progress_("The speaker is paired already, and connected.");
    trust();
}

// Its key may be one that the speaker has forgotten, and pairing does nothing where there is a key.
void Pairing::remove_old() {
    phase_ = Phase::removing;
    renewed_ = true;
    progress_(
        "The speaker is paired already but not connected: the old pairing is removed, and it is "
        "paired again.");
    call_ = bus_.call({kBluez, adapter_, kAdapterInterface, "RemoveDevice", {ObjectPath{device_}}},
                      [this](const BusReply& reply) { on_removed(reply); });
}

void Pairing::on_removed(const BusReply& reply) {
    if (reply.error && reply.error->name != "org.bluez.Error.DoesNotExist")
        return finish(sentence_for(*reply.error));
    register_agent();
}

void Pairing::register_agent() {
    phase_ = Phase::registering_agent;
    agent_ = bus_.export_object(agent());
    call_ = bus_.call({kBluez,
                       "/org/bluez",
                       kAgents,
                       "RegisterAgent",
                       {ObjectPath{kAgentPath}, "NoInputNoOutput"}},
                      [this](const BusReply& reply) { on_agent_registered(reply); });
}

void Pairing::on_agent_registered(const BusReply& reply) {
    if (reply.error) return finish(sentence_for(*reply.error));
    agent_known_ = true;
    device_ = find_device();
    if (device_.empty()) return search();
    pair();
}

void Pairing::search() {
    phase_ = Phase::searching;
    progress_(fmt::format("Looking for speaker {} (it has to be in pairing mode) ...",
                          settings_.address));
    // Without it the search only takes longer.
    filter_ = bus_.call(discovery_filter(adapter_), [](const BusReply&) {});
    searching_ = true;
    call_ = bus_.call({kBluez, adapter_, kAdapterInterface, "StartDiscovery"},
                      [this](const BusReply& reply) {
                          if (reply.error && phase_ == Phase::searching) {
                              finish(sentence_for(*reply.error));
                          }
                      });
}

void Pairing::pair() {
    device_ = find_device();
    phase_ = Phase::pairing;
    if (searching_) {  // paging during an inquiry is slow, and hurts whatever plays
        bus_.send({kBluez, adapter_, kAdapterInterface, "StopDiscovery"});
        searching_ = false;
    }
    progress_("Pairing ...");
    call_ = bus_.call({kBluez, device_, kDeviceInterface, "Pair", {}, settings_.limit},
                      [this](const BusReply& reply) { on_pair_answer(reply); });
}

void Pairing::on_pair_answer(const BusReply& reply) {
    const bool paired = !reply.error || reply.error->name == "org.bluez.Error.AlreadyExists";
    if (!paired) return finish(sentence_for(*reply.error));
    progress_("Paired.");
    trust();
}

void Pairing::trust() {
    phase_ = Phase::trusting;
    call_ = bus_.call({kBluez,
                       device_,
                       std::string(kPropertiesInterface),
                       "Set",
                       {kDeviceInterface, "Trusted", Value::variant(true)}},
                      [this](const BusReply& reply) {
                          if (reply.error) return finish(sentence_for(*reply.error));
                          finish(std::nullopt);
                      });
}

std::string Pairing::sentence_for(const BusError& error) const {
    const std::string said = error.said();
    const std::string& address = settings_.address;
    const auto is = [&](std::string_view what) {
        return error.name.find(what) != std::string::npos;
    };
    if (is_denied(error)) return bluez_denied(error);
    if (is("Authentication")) {
        return fmt::format(
            "Speaker {} refused the pairing ({}): put it in pairing mode again and "
            "repeat.",
            address, said);
    }
    if (is("ConnectionAttemptFailed") || is("NoReply") || is("UnknownObject")) {
        return fmt::format(
            "Speaker {} did not answer ({}): put it in pairing mode, near this "
            "machine, and repeat.",
            address, said);
    }
    if (is("NotReady")) return "The Bluetooth adapter is off: run \"bluetoothctl power on\".";
    return fmt::format(
        "Speaker {} could not be paired ({}): switch it off and on, put it in "
        "pairing mode and repeat.",
        address, said);
}

void Pairing::on_timeout() {
    if (phase_ == Phase::searching) {
        return finish(
            fmt::format("Speaker {} was not found: put the speaker in pairing mode, "
                        "near this machine, and repeat.",
                        settings_.address));
    }
    if (phase_ == Phase::finding_bluez) return finish(no_bluez(bus_, model_));
    finish(
        fmt::format("Speaker {} did not finish the pairing in time: switch it off and on, put "
                    "it in pairing mode and repeat.",
                    settings_.address));
}

void Pairing::finish(std::optional<std::string> failure) {
    if (phase_ == Phase::finished) return;
    if (failure && phase_ == Phase::pairing) {
        bus_.send({kBluez, device_, kDeviceInterface, "CancelPairing"});
    }
    clean_up();
    phase_ = Phase::finished;
    // From the loop, so that `done` may destroy us.
    loop_.post(alive_, [done = done_, failure = std::move(failure)] { done(failure); });
}

void Pairing::clean_up() {
    limit_.reset();
    bus_limit_.reset();
    if (std::exchange(searching_, false)) {
        bus_.send({kBluez, adapter_, kAdapterInterface, "StopDiscovery"});
    }
    if (std::exchange(agent_known_, false)) {
        bus_.send({kBluez, "/org/bluez", kAgents, "UnregisterAgent", {ObjectPath{kAgentPath}}});
    }
    agent_.reset();
    bus_.flush(std::chrono::milliseconds(200));
}

BusObject Pairing::agent() {
    const auto accept = [](const IncomingCall&) { return std::vector<Value>(); };
    const auto refuse = [](const IncomingCall& call) -> std::vector<Value> {
        throw BusFailure("org.bluez.Error.Rejected", call.member + " needs a keyboard.");
    };
    // Only the speaker that was asked for, though others may try at the same moment.
    const auto ours_only = [this](const IncomingCall& call) {
        if (call.arguments[0].text() != device_) {
            throw BusFailure("org.bluez.Error.Rejected", "Another device is being paired.");
        }
        return std::vector<Value>();
    };
    return {kAgentPath,
            {{kAgentInterface, "Release", "", "", accept},
             {kAgentInterface, "Cancel", "", "", accept},
             {kAgentInterface, "RequestAuthorization", "o", "", ours_only},
             {kAgentInterface, "RequestConfirmation", "ou", "", ours_only},
             {kAgentInterface, "AuthorizeService", "os", "", ours_only},
             {kAgentInterface, "RequestPinCode", "o", "s",
              // Speakers older than Bluetooth 2.1 have this fixed code.
              [ours_only](const IncomingCall& call) {
                  ours_only(call);
                  return std::vector<Value>{"0000"};
              }},
             {kAgentInterface, "RequestPasskey", "o", "u", refuse}},
            {},
            [this](const std::string& sender) { return sender == model_.owner(); }};
}

}  // namespace tandem
