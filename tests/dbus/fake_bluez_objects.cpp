// SPDX-License-Identifier: GPL-3.0-or-later
// The fake's objects, its signals, and pairing.
#include <algorithm>
#include <utility>

#include "dbus/fake_bluez.hpp"

namespace tandem::testing {
namespace {

std::string text_at(const char* value) {
    return value != nullptr ? value : "";
}

}  // namespace

std::string FakeBluez::path_of(const FakeSpeaker& speaker) const {
    std::string name = speaker.address;
    std::replace(name.begin(), name.end(), ':', '_');
    return "/org/bluez/" + speaker.adapter + "/dev_" + name;
}

FakeSpeaker* FakeBluez::speaker_at(const std::string& path) {
    for (auto& [address, speaker] : speakers_) {
        if (speaker.known && path_of(speaker) == path) return &speaker;
    }
    return nullptr;
}

FakeBluez::Endpoint* FakeBluez::free_endpoint(const std::string& adapter) {
    for (auto& [path, endpoint] : endpoints_) {
        if (endpoint.adapter == adapter && endpoint.transport.empty()) return &endpoint;
    }
    return nullptr;
}

std::string FakeBluez::transport_of(const std::string& speaker) const {
    for (const auto& [path, transport] : transports_) {
        if (transport.speaker == speaker) return path;
    }
    return {};
}

Properties FakeBluez::properties_of(const Transport& transport) const {
    const auto& speaker = speakers_.at(transport.speaker);
    Properties properties{{"Device", Path{path_of(speaker)}},
                          {"UUID", std::string("0000110a-0000-1000-8000-00805f9b34fb")},
                          {"Codec", std::uint8_t{0}},
                          {"Configuration", transport.configuration},
                          {"State", transport.state},
                          {"Delay", transport.delay}};
    if (transport.volume) properties.emplace("Volume", *transport.volume);
    return properties;
}

Interfaces FakeBluez::interfaces_of(const FakeSpeaker& speaker) const {
    return {{"org.bluez.Device1",
             {{"Address", speaker.address},
              {"Adapter", Path{"/org/bluez/" + speaker.adapter}},
              {"Name", speaker.name},
              {"Class", speaker.kind},
              {"Paired", speaker.paired},
              {"Trusted", speaker.trusted},
              {"Connected", speaker.connected}}}};
}

void FakeBluez::set_state(const std::string& path, const std::string& state) {
    transports_.at(path).state = state;
    changed(path, "org.bluez.MediaTransport1", {{"State", state}});
}

void FakeBluez::remove_transport(const std::string& path) {
    const auto found = transports_.find(path);
    if (found == transports_.end()) return;
    const auto endpoint = endpoints_.find(found->second.endpoint);
    if (endpoint != endpoints_.end()) {
        auto clear = own(dbus_message_new_method_call(
            endpoint->second.owner.c_str(), endpoint->second.path.c_str(),
            "org.bluez.MediaEndpoint1", "ClearConfiguration"));
        DBusMessageIter arguments;
        dbus_message_iter_init_append(clear.get(), &arguments);
        append(arguments, WireValue(Path{path}));
        dbus_message_set_no_reply(clear.get(), TRUE);
        send(std::move(clear));
    }
    transports_.erase(found);
    removed(path, "org.bluez.MediaTransport1");
    if (endpoint == endpoints_.end()) return;
    if (endpoint->second.leaving)
        endpoints_.erase(endpoint);
    else
        endpoint->second.transport.clear();  // may be `path` itself
}

void FakeBluez::drop_link(FakeSpeaker& speaker) {
    remove_transport(transport_of(speaker.address));
    if (!speaker.connected) return;
    if (speaker.as_source) removed(path_of(speaker) + "/sep9/fd98", "org.bluez.MediaTransport1");
    speaker.connected = false;
    changed(path_of(speaker), "org.bluez.Device1", {{"Connected", false}});
}

bool FakeBluez::handle_pairing(DBusMessage* call, const std::string& path) {
    const auto member = text_at(dbus_message_get_member(call));
    auto* speaker = speaker_at(path);
    if (member == "RegisterAgent") {
        agent_ = text_at(dbus_message_get_sender(call));
    } else if (member == "UnregisterAgent") {
        agent_.clear();
    } else if (member == "StartDiscovery") {
        ++discoveries_;
        discovering_ = true;
        for (auto& [address, found] : speakers_) {
            if (!found.reachable || "/org/bluez/" + found.adapter != path) continue;
            if (!std::exchange(found.known, true)) added(path_of(found), interfaces_of(found));
            if (found.discoverable)
                changed(path_of(found), "org.bluez.Device1", {{"RSSI", found.rssi}});
        }
    } else if (member == "StopDiscovery") {
        discovering_ = false;
    } else if (member == "RemoveDevice") {
        return remove_device(call);
    } else if (member == "Pair" && speaker != nullptr) {
        pair(call, *speaker);
        return true;
    } else if (member == "Set" && speaker != nullptr) {
        speaker->trusted = true;
        changed(path, "org.bluez.Device1", {{"Trusted", true}});
    } else if (member != "SetDiscoveryFilter" && member != "CancelPairing") {
        return false;
    }
    reply(call);
    return true;
}

bool FakeBluez::remove_device(DBusMessage* call) {
    const char* path = nullptr;
    dbus_message_get_args(call, nullptr, DBUS_TYPE_OBJECT_PATH, &path, DBUS_TYPE_INVALID);
    FakeSpeaker* speaker = speaker_at(text_at(path));
    if (speaker == nullptr) {
        fail(call, "org.bluez.Error.DoesNotExist");
        return true;
    }
    ++removals_;
    drop_link(*speaker);
    speaker->paired = speaker->trusted = speaker->known = false;
    removed(path_of(*speaker), "org.bluez.Device1");
    reply(call);
    return true;
}

void FakeBluez::pair(DBusMessage* call, FakeSpeaker& speaker) {
    if (agent_.empty()) return fail(call, "org.bluez.Error.AuthenticationFailed", "no agent");
    if (!speaker.reachable) {
        return fail(call, "org.bluez.Error.ConnectionAttemptFailed", "Page Timeout");
    }
    auto ask = own(dbus_message_new_method_call(agent_.c_str(), "/io/tandem/agent",
                                                "org.bluez.Agent1", "RequestAuthorization"));
    DBusMessageIter arguments;
    dbus_message_iter_init_append(ask.get(), &arguments);
    append(arguments, WireValue(Path{path_of(speaker)}));
    dbus_message_ref(call);
    this->call(std::move(ask), [this, call, &speaker](DBusMessage* answer) {
        if (dbus_message_get_type(answer) == DBUS_MESSAGE_TYPE_METHOD_RETURN) {
            speaker.paired = true;
            speaker.key_forgotten = false;
            changed(path_of(speaker), "org.bluez.Device1", {{"Paired", true}});
            reply(call);
        } else {
            fail(call, "org.bluez.Error.AuthenticationRejected");
        }
        dbus_message_unref(call);
    });
}

void FakeBluez::reply(DBusMessage* call) {
    send(own(dbus_message_new_method_return(call)));
}

void FakeBluez::fail(DBusMessage* call, const std::string& error, const std::string& text) {
    send(own(dbus_message_new_error(call, error.c_str(), text.c_str())));
}

void FakeBluez::send(Message message) {
    dbus_connection_send(connection_, message.get(), nullptr);
}

void FakeBluez::answered(DBusPendingCall* call, void* data) {
    const auto answer = own(dbus_pending_call_steal_reply(call));
    (*static_cast<Answered*>(data))(answer.get());
    dbus_pending_call_unref(call);
}

void FakeBluez::call(Message message, Answered done) {
    DBusPendingCall* pending = nullptr;
    dbus_connection_send_with_reply(connection_, message.get(), &pending, 5000);
    dbus_pending_call_set_notify(pending, answered, new Answered(std::move(done)),
                                 [](void* data) { delete static_cast<Answered*>(data); });
}

void FakeBluez::changed(const std::string& path, const std::string& interface,
                        const Properties& properties, const std::vector<std::string>& invalidated) {
    auto signal =
        own(dbus_message_new_signal(path.c_str(), DBUS_INTERFACE_PROPERTIES, "PropertiesChanged"));
    DBusMessageIter arguments;
    dbus_message_iter_init_append(signal.get(), &arguments);
    append(arguments, WireValue(interface));
    append(arguments, properties);
    append_names(arguments, invalidated);
    send(std::move(signal));
}

void FakeBluez::added(const std::string& path, const Interfaces& interfaces) {
    auto signal =
        own(dbus_message_new_signal("/", "org.freedesktop.DBus.ObjectManager", "InterfacesAdded"));
    DBusMessageIter arguments;
    dbus_message_iter_init_append(signal.get(), &arguments);
    append(arguments, WireValue(Path{path}));
    append(arguments, interfaces);
    send(std::move(signal));
}

void FakeBluez::removed(const std::string& path, const std::string& interface) {
    auto signal = own(
        dbus_message_new_signal("/", "org.freedesktop.DBus.ObjectManager", "InterfacesRemoved"));
    DBusMessageIter arguments;
    dbus_message_iter_init_append(signal.get(), &arguments);
    append(arguments, WireValue(Path{path}));
    append_names(arguments, {interface});
    send(std::move(signal));
}

}  // namespace tandem::testing
