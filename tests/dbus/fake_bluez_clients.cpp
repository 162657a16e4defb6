// SPDX-License-Identifier: GPL-3.0-or-later
// The fake's clients: their players, what they are asked and told, and what they leave behind.
#include <future>

#include "dbus/fake_bluez.hpp"

namespace tandem::testing {
namespace {

std::string string_of(const char* value) {
    return value != nullptr ? value : "";
}

}  // namespace

void FakeBluez::register_player(DBusMessage* call) {
    DBusMessageIter arguments;
    dbus_message_iter_init(call, &arguments);
    const auto player = std::get<Path>(read(arguments)).text;
    dbus_message_iter_next(&arguments);
    const auto properties = read_properties(arguments);
    playback_status_ = std::get<std::string>(properties.at("PlaybackStatus"));
    const auto rule = "type='signal',member='PropertiesChanged',path='" + player + "'";
    dbus_bus_add_match(connection_, rule.c_str(), nullptr);
    reply(call);
}

void FakeBluez::player_changed(DBusMessage* signal) {
    DBusMessageIter arguments;
    dbus_message_iter_init(signal, &arguments);
    dbus_message_iter_next(&arguments);
    const auto properties = read_properties(arguments);
    if (const auto found = properties.find("PlaybackStatus"); found != properties.end())
        playback_status_ = std::get<std::string>(found->second);
}

std::string FakeBluez::playback_status() {
    std::string status;
    in_thread([&] { status = playback_status_; });
    return status;
}

// Why a page leads to no connection; null: it does.
const char* FakeBluez::connect_fault(const FakeSpeaker& speaker) const {
    if (speaker.busy) return "br-connection-busy";
    if (!speaker.reachable) return "br-connection-page-timeout";
    return speaker.key_forgotten ? "br-connection-key-missing" : nullptr;
}

void FakeBluez::get_all(DBusMessage* call, const std::string& path) {
    auto answer = own(dbus_message_new_method_return(call));
    DBusMessageIter arguments;
    dbus_message_iter_init_append(answer.get(), &arguments);
    append(arguments, properties_of(transports_.at(path)));
    send(std::move(answer));
}

std::vector<Octets> FakeBluez::configurations(const std::string& speaker) {
    std::vector<Octets> chosen;
    in_thread([&] { chosen = configurations_[speaker]; });
    return chosen;
}

int FakeBluez::removals() {
    int count = 0;
    in_thread([&] { count = removals_; });
    return count;
}

void FakeBluez::add_stale_bond(const std::string& adapter, const std::string& address) {
    FakeSpeaker speaker;
    speaker.address = address;
    speaker.adapter = adapter;
    stale_bonds_[path_of(speaker)] = interfaces_of(speaker);
}

void FakeBluez::set_media(const std::string& adapter, bool media) {
    in_thread([&] { adapters_.at(adapter).media = media; });
}

void FakeBluez::client_left(const std::string& name) {
    std::vector<std::string> gone;
    for (const auto& [path, endpoint] : endpoints_) {
        if (endpoint.owner == name) gone.push_back(path);
    }
    for (const auto& path : gone) {
        if (!endpoints_.at(path).transport.empty()) remove_transport(endpoints_.at(path).transport);
        endpoints_.erase(path);
    }
    if (agent_ == name) agent_.clear();
}

std::string FakeBluez::call_client(const std::string& path, const std::string& interface,
                                   const std::string& member,
                                   const std::vector<WireValue>& arguments) {
    std::promise<std::string> result;
    in_thread([&] {
        const auto& owner = endpoints_.begin()->second.owner;
        auto message = own(dbus_message_new_method_call(
            owner.c_str(), path.c_str(), interface.empty() ? nullptr : interface.c_str(),
            member.c_str()));
        DBusMessageIter into;
        dbus_message_iter_init_append(message.get(), &into);
        for (const auto& argument : arguments)
            append(into, argument);
        call(std::move(message), [&result](DBusMessage* answer) {
            result.set_value(string_of(dbus_message_get_error_name(answer)));
        });
    });
    return result.get_future().get();
}

}  // namespace tandem::testing
