// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that go out, and what is asked of the bus itself.
#include "bus/codec.hpp"
#include "bus/connection_state.hpp"

#include <core/dbus/message.h>

namespace tandem {
namespace {

using State = BusConnection::State;
namespace codec = core::dbus;

void check_name(bool valid, const std::string& name) {
    if (!valid) throw std::invalid_argument("'" + name + "' is no valid name on D-Bus");
}

}  // namespace

std::string match_rule(const SignalMatch& match) {
    std::string rule = "type='signal',sender='" + match.owner + "'";
    if (!match.path_namespace.empty()) rule += ",path_namespace='" + match.path_namespace + "'";
    if (!match.interface.empty()) rule += ",interface='" + match.interface + "'";
    if (!match.member.empty()) rule += ",member='" + match.member + "'";
    return rule;
}

std::string owner_match_rule(const std::string& name) {
    return "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
           "member='NameOwnerChanged',arg0='" +
           name + "'";
}

void State::send_message(const std::shared_ptr<codec::Message>& message) {
    guarded([&] { bus->send(message); });
}

void State::send_call(const BusCall& call, std::uint32_t* serial) {
    check_name(dbus_validate_bus_name(call.destination.c_str(), nullptr), call.destination);
    check_name(dbus_validate_path(call.path.c_str(), nullptr), call.path);
    check_name(dbus_validate_interface(call.interface.c_str(), nullptr), call.interface);
    check_name(dbus_validate_member(call.member.c_str(), nullptr), call.member);
    DBusMessage* raw = dbus_message_new_method_call(call.destination.c_str(), call.path.c_str(),
                                                    call.interface.c_str(), call.member.c_str());
    if (raw == nullptr) throw std::bad_alloc();
    const auto message = codec::Message::from_raw_message(raw);
    dbus_message_unref(raw);
    dbus_message_set_no_reply(raw, serial == nullptr);
    write_arguments(message, call.arguments);
    const auto sent = bus->send(message);
    if (serial != nullptr) *serial = sent;
}

Loop::Handle State::start_call(const BusCall& call, ReplyHandler done) {
    const auto fail = [&](const char* name, const std::string& sentence) {
        // Not from inside this function: the caller's state may be half made.
        auto alive = std::make_shared<bool>(true);
        loop.post([weak = weak_from_this(), gone = std::weak_ptr(alive), done,
                   reply = BusReply{BusError{name, sentence}, {}, {}}] {
            const auto self = weak.lock();
            if (self && !gone.expired()) self->guarded([&] { done(reply); });
        });
        return Loop::Handle([alive]() mutable { alive.reset(); });
    };
    if (!bus) return fail(DBUS_ERROR_DISCONNECTED, trouble);
    std::uint32_t serial = 0;
    try {
        send_call(call, &serial);
    } catch (const std::exception& error) {
        return fail(DBUS_ERROR_FAILED, error.what());
    }
    auto expired = [weak = weak_from_this(), serial,
                    what = call.destination + " did not answer " + call.member + " in time."] {
        if (const auto self = weak.lock()) {
            self->finish(serial, {BusError{DBUS_ERROR_NO_REPLY, what}, {}, {}});
        }
    };
    const Id id = next_id++;
    pending.emplace(serial, Pending{id, std::move(done), loop.after(call.timeout, expired)});
    return Loop::Handle([weak = weak_from_this(), serial, id] {
        const auto self = weak.lock();
        if (!self) return;
        const auto found = self->pending.find(serial);
        if (found != self->pending.end() && found->second.id == id) self->pending.erase(found);
    });
}

void State::call_bus(std::string member, std::vector<Value> arguments, ReplyHandler done) {
    std::uint32_t serial = 0;
    guarded([&] {
        send_call({DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, std::move(member),
                   std::move(arguments)},
                  &serial);
        pending.emplace(serial, Pending{next_id++, std::move(done), {}});
    });
}

void State::add_match(const std::string& rule) {
    if (!bus) return;
    call_bus("AddMatch", {rule}, [this](const BusReply& reply) {
        if (reply.error) report_fault("the bus refused a match rule: " + reply.error->message);
    });
}

void State::ask_owner(const std::string& name) {
    if (!bus) return;
    call_bus("GetNameOwner", {name}, [this, name](const BusReply& reply) {
        if (tracked.contains(name)) set_owner(name, reply.is("s") ? reply.arguments[0].text() : "");
    });
}

void State::ask_name(Id id) {
    if (!bus) return;
    owned_names.at(id).told.reset();
    // Queued where somebody else has it: the bus says so when it becomes ours.
    constexpr std::uint32_t flags = 0;
    call_bus("RequestName", {owned_names.at(id).name, flags}, [this, id](const BusReply& reply) {
        const auto found = owned_names.find(id);
        if (found == owned_names.end()) return;
        auto ownership = NameOwnership::denied;
        if (reply.is("u")) {
            const auto code = *reply.arguments[0].as<std::uint32_t>();
            const bool ours = code == DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER ||
                              code == DBUS_REQUEST_NAME_REPLY_ALREADY_OWNER;
            ownership = ours ? NameOwnership::owned : NameOwnership::taken;
        } else if (reply.error && reply.error->name == DBUS_ERROR_DISCONNECTED) {
            return;  // asked again after the reconnection
        }
        tell_ownership(found->second, ownership);
    });
}

void State::track(const std::string& name) {
    if (tracked[name]++ > 0) return;
    add_match(owner_match_rule(name));
    ask_owner(name);
}

void State::untrack(const std::string& name) {
    if (--tracked[name] > 0) return;
    tracked.erase(name);
    owners.erase(name);
    if (bus) call_bus("RemoveMatch", {owner_match_rule(name)}, {});
}

Loop::Handle BusConnection::call(const BusCall& call, ReplyHandler done) {
    return state_->start_call(call, std::move(done));
}

void BusConnection::send(const BusCall& call) {
    if (state_->bus) state_->guarded([&] { state_->send_call(call, nullptr); });
}

Loop::Handle BusConnection::subscribe(SignalMatch match,
                                      std::function<void(const BusSignal&)> arrived) {
    const auto id = state_->next_id++;
    state_->track(match.owner);
    state_->add_match(match_rule(match));
    state_->subscriptions.emplace(
        id, State::Subscription{std::move(match),
                                std::make_shared<decltype(arrived)>(std::move(arrived))});
    return Loop::Handle([weak = std::weak_ptr(state_), id] {
        const auto state = weak.lock();
        if (!state) return;
        const auto entry = state->subscriptions.extract(id);
        if (state->bus) {
            state->call_bus("RemoveMatch", {match_rule(entry.mapped().match)}, {});
        }
        state->untrack(entry.mapped().match.owner);
    });
}

Loop::Handle BusConnection::watch_name(std::string name,
                                       std::function<void(const std::string&)> changed) {
    const auto id = state_->next_id++;
    const auto callback = std::make_shared<decltype(changed)>(std::move(changed));
    state_->name_watches.emplace(id, State::NameWatch{name, callback});
    state_->track(name);
    if (state_->owners.contains(name)) {
        state_->loop.post([weak = std::weak_ptr(state_), id, name, callback] {
            const auto state = weak.lock();
            if (!state || !state->name_watches.contains(id)) return;
            state->guarded([&] { (*callback)(state->owners[name]); });
        });
    }
    return Loop::Handle([weak = std::weak_ptr(state_), id, name] {
        const auto state = weak.lock();
        if (state && state->name_watches.erase(id) > 0) state->untrack(name);
    });
}

std::string BusConnection::owner_of(const std::string& name) const {
    const auto found = state_->owners.find(name);
    return found != state_->owners.end() ? found->second : "";
}

Loop::Handle BusConnection::own_name(std::string name, std::function<void(NameOwnership)> outcome) {
    const auto id = state_->next_id++;
    state_->owned_names.emplace(
        id,
        State::OwnedName{std::move(name), std::make_shared<decltype(outcome)>(std::move(outcome))});
    state_->ask_name(id);
    return Loop::Handle([weak = std::weak_ptr(state_), id] {
        const auto state = weak.lock();
        if (!state) return;
        const auto entry = state->owned_names.extract(id);
        if (state->bus) state->call_bus("ReleaseName", {entry.mapped().name}, {});
    });
}

Loop::Handle BusConnection::export_object(BusObject object) {
    const std::string path = object.path;
    const auto shared = std::make_shared<BusObject>(std::move(object));
    state_->objects[path] = shared;
    return Loop::Handle([weak = std::weak_ptr(state_), path, shared] {
        const auto state = weak.lock();
        if (!state) return;
        const auto found = state->objects.find(path);
        if (found != state->objects.end() && found->second == shared) state->objects.erase(found);
    });
}

void BusConnection::emit_changed(const std::string& path, const std::string& interface,
                                 const std::vector<std::string>& names) {
    const auto found = state_->objects.find(path);
    if (!state_->bus || found == state_->objects.end()) return;
    state_->guarded([&] {
        Value::Dict changed{"s", "v", {}};
        for (const auto& property : found->second->properties) {
            if (property.interface != interface) continue;
            if (std::find(names.begin(), names.end(), property.name) == names.end()) continue;
            changed.entries.emplace_back(property.name, Value::variant(property.get()));
        }
        emit_signal(path, std::string(kPropertiesInterface), "PropertiesChanged",
                    {interface, changed, Value::array("s", {})});
    });
}

void BusConnection::emit_signal(const std::string& path, const std::string& interface,
                                const std::string& member, const std::vector<Value>& arguments) {
    if (!state_->bus) return;
    state_->guarded([&] {
        const auto message = codec::Message::make_signal(path, interface, member);
        write_arguments(message, arguments);
        state_->bus->send(message);
    });
}

}  // namespace tandem
