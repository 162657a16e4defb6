// SPDX-License-Identifier: GPL-3.0-or-later
// What the fake answers, and what it asks of its clients.
#include <sys/socket.h>

#include <algorithm>

#include "dbus/fake_bluez.hpp"

namespace tandem::testing {
namespace {

const std::string kTransportInterface = "org.bluez.MediaTransport1";
const char* const kEndpointInterface = "org.bluez.MediaEndpoint1";

std::string text(const char* value) {
    return value != nullptr ? value : "";
}

}  // namespace

DBusHandlerResult FakeBluez::filter(DBusConnection*, DBusMessage* message, void* data) {
    return static_cast<FakeBluez*>(data)->handle(message) ? DBUS_HANDLER_RESULT_HANDLED
                                                          : DBUS_HANDLER_RESULT_NOT_YET_HANDLED;
}

bool FakeBluez::handle(DBusMessage* message) {
    if (dbus_message_is_signal(message, DBUS_INTERFACE_DBUS, "NameOwnerChanged")) {
        DBusMessageIter arguments;
        dbus_message_iter_init(message, &arguments);
        const auto name = std::get<std::string>(read(arguments));
        dbus_message_iter_next(&arguments);
        dbus_message_iter_next(&arguments);
        if (std::get<std::string>(read(arguments)).empty()) client_left(name);
        return true;
    }
    if (dbus_message_is_signal(message, DBUS_INTERFACE_PROPERTIES, "PropertiesChanged")) {
        player_changed(message);
        return true;
    }
    if (dbus_message_get_type(message) != DBUS_MESSAGE_TYPE_METHOD_CALL) return false;
    const auto path = text(dbus_message_get_path(message));
    const auto member = text(dbus_message_get_member(message));
    auto* speaker = speaker_at(path);
    if (member == "GetManagedObjects") {
        get_managed_objects(message);
    } else if (member == "RegisterEndpoint") {
        register_endpoint(message);
    } else if (member == "UnregisterEndpoint") {
        unregister_endpoint(message);
    } else if (member == "ConnectProfile" && stale_bonds_.contains(path)) {
        fail(message, "org.bluez.Error.Failed", "br-connection-key-missing");
    } else if (member == "RegisterPlayer") {
        register_player(message);
    } else if (member == "GetAll" && transports_.contains(path)) {
        get_all(message, path);
    } else if (member == "ConnectProfile" && speaker != nullptr) {
        connect_profile(message, *speaker);
    } else if (member == "Disconnect" && speaker != nullptr) {
        disconnect(message, *speaker);
    } else if (member == "Acquire" && transports_.contains(path)) {
        acquire(message, path);
    } else if (member == "Release" && transports_.contains(path)) {
        release(message, path);
    } else if (member == "Set" && transports_.contains(path)) {
        set_volume(message, path);
    } else if (!handle_pairing(message, path)) {
        fail(message, DBUS_ERROR_UNKNOWN_METHOD, member);
    }
    return true;
}

void FakeBluez::get_managed_objects(DBusMessage* call) {
    auto answer = own(dbus_message_new_method_return(call));
    DBusMessageIter arguments;
    DBusMessageIter objects;
    dbus_message_iter_init_append(answer.get(), &arguments);
    dbus_message_iter_open_container(&arguments, DBUS_TYPE_ARRAY, "{oa{sa{sv}}}", &objects);
    const auto put = [&](const std::string& path, const Interfaces& interfaces) {
        DBusMessageIter entry;
        dbus_message_iter_open_container(&objects, DBUS_TYPE_DICT_ENTRY, nullptr, &entry);
        append(entry, WireValue(Path{path}));
        append(entry, interfaces);
        dbus_message_iter_close_container(&objects, &entry);
    };
    for (const auto& [name, adapter] : adapters_) {
        Interfaces interfaces{
            {"org.bluez.Adapter1", {{"Address", adapter.address}, {"Powered", adapter.powered}}}};
        if (adapter.media) interfaces["org.bluez.Media1"];
        put("/org/bluez/" + name, interfaces);
    }
    for (const auto& [address, speaker] : speakers_) {
        if (speaker.known) put(path_of(speaker), interfaces_of(speaker));
    }
    for (const auto& [path, interfaces] : stale_bonds_)
        put(path, interfaces);
    dbus_message_iter_close_container(&arguments, &objects);
    send(std::move(answer));
}

void FakeBluez::register_endpoint(DBusMessage* call) {
    DBusMessageIter arguments;
    dbus_message_iter_init(call, &arguments);
    Endpoint endpoint;
    endpoint.owner = text(dbus_message_get_sender(call));
    endpoint.path = std::get<Path>(read(arguments)).text;
    endpoint.adapter = text(dbus_message_get_path(call)).substr(11);
    dbus_message_iter_next(&arguments);
    const auto properties = read_properties(arguments);
    const bool good =
        properties.contains("UUID") && properties.contains("Codec") &&
        std::holds_alternative<std::uint8_t>(properties.at("Codec")) &&
        std::get<std::string>(properties.at("UUID")) == "0000110a-0000-1000-8000-00805f9b34fb" &&
        properties.contains("Capabilities") &&
        std::get<Octets>(properties.at("Capabilities")).size() == 4;
    if (!good) return fail(call, "org.bluez.Error.InvalidArguments");
    if (endpoints_.contains(endpoint.path)) return fail(call, "org.bluez.Error.AlreadyExists");
    endpoint.delay_reporting =
        properties.contains("DelayReporting") && std::get<bool>(properties.at("DelayReporting"));
    endpoints_[endpoint.path] = endpoint;
    reply(call);
}

void FakeBluez::unregister_endpoint(DBusMessage* call) {
    DBusMessageIter arguments;
    dbus_message_iter_init(call, &arguments);
    const auto path = std::get<Path>(read(arguments)).text;
    const auto found = endpoints_.find(path);
    if (found == endpoints_.end()) return fail(call, "org.bluez.Error.DoesNotExist");
    const std::string transport = found->second.transport;
    if (!transport.empty() && transports_.at(transport).state == "active") {
        found->second.leaving = true;
    } else {
        if (!transport.empty()) remove_transport(transport);
        endpoints_.erase(path);
    }
    reply(call);
}

void FakeBluez::connect_profile(DBusMessage* call, FakeSpeaker& speaker) {
    auto& adapter = adapters_.at(speaker.adapter);
    ++pages_[speaker.address];
    if (!adapter.powered) {
        return fail(call, "org.bluez.Error.NotReady", "br-connection-adapter-not-powered");
    }
    if (!transport_of(speaker.address).empty())
        return fail(call, "org.bluez.Error.AlreadyConnected");
    if (adapter.paging) overlapping_ = true;
    if (!speaker.reachable && speaker.dual_mode) {
        adapter.paging = true;
        over_le_[speaker.address] = dbus_message_ref(call);
        return;
    }
    if (const char* fault = connect_fault(speaker); fault != nullptr) {
        return fail(call, "org.bluez.Error.Failed", fault);
    }
    auto* endpoint = free_endpoint(speaker.adapter);
    if (endpoint == nullptr) {
        return fail(call, "org.bluez.Error.Failed", "br-connection-create-socket");
    }
    adapter.paging = true;
    speaker.connected = true;
    changed(path_of(speaker), "org.bluez.Device1", {{"Connected", true}});
    if (speaker.as_source || !speaker.end_point_free) {
        adapter.paging = false;
        if (!speaker.as_source)
            return fail(call, "org.bluez.Error.Failed", "br-connection-create-socket");
        return fail(call, "org.bluez.Error.NotAvailable", "br-connection-profile-unavailable");
    }
    auto select = own(dbus_message_new_method_call(endpoint->owner.c_str(), endpoint->path.c_str(),
                                                   kEndpointInterface, "SelectConfiguration"));
    DBusMessageIter arguments;
    dbus_message_iter_init_append(select.get(), &arguments);
    append(arguments, WireValue(speaker.capabilities));
    dbus_message_ref(call);
    this->call(std::move(select), [this, call, &speaker,
                                   path = endpoint->path](DBusMessage* chosen) {
        const bool good = dbus_message_has_signature(chosen, "ay") && endpoints_.contains(path);
        if (!good) return page_ended(speaker, call, "br-connection-unknown");
        DBusMessageIter result;
        dbus_message_iter_init(chosen, &result);
        const auto configuration = std::get<Octets>(read(result));
        configurations_[speaker.address].push_back(configuration);
        const bool other = !speaker.takes_only.empty() && speaker.takes_only != configuration;
        if (speaker.refuses || other) {
            adapters_.at(speaker.adapter).paging = false;
            fail(call, "org.bluez.Error.Failed", "br-connection-unknown");
            return dbus_message_unref(call);
        }
        configure(speaker, endpoints_.at(path), configuration, [this, call, &speaker](bool taken) {
            page_ended(speaker, call, taken ? nullptr : "br-connection-refused");
        });
    });
}

void FakeBluez::disconnect(DBusMessage* call, FakeSpeaker& speaker) {
    ++disconnects_[speaker.address];
    if (const auto found = over_le_.find(speaker.address); found != over_le_.end()) {
        DBusMessage* connect = found->second;
        over_le_.erase(found);
        page_ended(speaker, connect, "br-connection-canceled");
    }
    speaker.busy = false;
    drop_link(speaker);
    reply(call);
}

void FakeBluez::page_ended(FakeSpeaker& speaker, DBusMessage* call, const char* error) {
    adapters_.at(speaker.adapter).paging = false;
    if (error != nullptr) {
        drop_link(speaker);
        fail(call, "org.bluez.Error.Failed", error);
    } else {
        reply(call);
    }
    dbus_message_unref(call);
}

void FakeBluez::configure(FakeSpeaker& speaker, Endpoint& endpoint, Octets configuration,
                          const std::function<void(bool)>& done) {
    const auto path = path_of(speaker) + "/sep1/fd" + std::to_string(next_fd_++);
    Transport& transport = transports_[path];
    transport.speaker = speaker.address;
    transport.endpoint = endpoint.path;
    transport.configuration = std::move(configuration);
    endpoint.transport = path;
    added(path, {{kTransportInterface, properties_of(transport)}});
    auto set = own(dbus_message_new_method_call(endpoint.owner.c_str(), endpoint.path.c_str(),
                                                kEndpointInterface, "SetConfiguration"));
    DBusMessageIter arguments;
    dbus_message_iter_init_append(set.get(), &arguments);
    append(arguments, WireValue(Path{path}));
    append(arguments, properties_of(transport));
    call(std::move(set), [this, path, done](DBusMessage* answer) {
        const bool taken = dbus_message_get_type(answer) == DBUS_MESSAGE_TYPE_METHOD_RETURN;
        if (!taken) remove_transport(path);
        done(taken);
    });
}

void FakeBluez::acquire(DBusMessage* call, const std::string& path) {
    auto& transport = transports_.at(path);
    auto& speaker = speakers_.at(transport.speaker);
    if (!transport.owner.empty() || transport.state == "active") {
        return fail(call, "org.bluez.Error.NotAuthorized", "Operation Not Authorized");
    }
    if (speaker.acquire_in_progress > 0) {
        --speaker.acquire_in_progress;
        return fail(call, "org.bluez.Error.InProgress", "In Progress");
    }
    std::array<int, 2> pair{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
        return fail(call, "org.bluez.Error.Failed", "no socket");
    }
    transport.peer = OwnedFd(pair[0]);
    const OwnedFd given(pair[1]);
    const int send_buffer = 2 * 895;  // bytes; BlueZ asks for twice the MTU
    setsockopt(given.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    transport.owner = text(dbus_message_get_sender(call));
    const std::uint16_t read_mtu = 672;
    const std::uint16_t write_mtu = 895;
    const int fd = given.get();
    auto answer = own(dbus_message_new_method_return(call));
    dbus_message_append_args(answer.get(), DBUS_TYPE_UNIX_FD, &fd, DBUS_TYPE_UINT16, &read_mtu,
                             DBUS_TYPE_UINT16, &write_mtu, DBUS_TYPE_INVALID);
    send(std::move(answer));
    set_state(path, "active");
    if (speaker.delay > 0 && endpoints_.at(transport.endpoint).delay_reporting) {
        transport.delay = speaker.delay;
        if (speaker.signals_delay) changed(path, kTransportInterface, {{"Delay", speaker.delay}});
    }
    if (speaker.volume) take_volume(speaker, *speaker.volume);
}

void FakeBluez::release(DBusMessage* call, const std::string& path) {
    auto& transport = transports_.at(path);
    if (transport.owner != text(dbus_message_get_sender(call))) {
        return fail(call, "org.bluez.Error.NotAuthorized");
    }
    transport.owner.clear();
    transport.peer.reset();
    set_state(path, "idle");
    reply(call);
}

}  // namespace tandem::testing
