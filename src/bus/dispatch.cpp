// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that come in: replies, signals, calls.
#include "bus/codec.hpp"
#include "bus/connection_state.hpp"
#include "bus/object_dispatch.hpp"

#include <core/dbus/message.h>

namespace tandem {
namespace {

using State = BusConnection::State;
using MessagePtr = std::shared_ptr<core::dbus::Message>;

std::string text(const char* value) {
    return value != nullptr ? value : "";
}

bool within(const std::string& path, const std::string& space) {
    if (space.empty() || space == "/" || path == space) return true;
    return path.starts_with(space) && path[space.size()] == '/';
}

bool fits(const SignalMatch& match, const BusSignal& signal) {
    return within(signal.path, match.path_namespace) &&
           (match.interface.empty() || match.interface == signal.interface) &&
           (match.member.empty() || match.member == signal.member);
}

MessagePtr make_error(const MessagePtr& call, const std::string& name,
                      const std::string& sentence) {
    const bool sendable = dbus_validate_error_name(name.c_str(), nullptr) &&
                          dbus_validate_utf8(sentence.c_str(), nullptr);
    return core::dbus::Message::make_error(call, sendable ? name : DBUS_ERROR_FAILED,
                                           sendable ? sentence : "The call failed.");
}

}  // namespace

void State::dispatch(DBusMessage* raw) {
    guarded([&] {
        const auto message = core::dbus::Message::from_raw_message(raw);
        switch (dbus_message_get_type(raw)) {
            case DBUS_MESSAGE_TYPE_METHOD_RETURN:
            case DBUS_MESSAGE_TYPE_ERROR:
                return dispatch_reply(message, raw);
            case DBUS_MESSAGE_TYPE_SIGNAL:
                return dispatch_signal(message, raw);
            case DBUS_MESSAGE_TYPE_METHOD_CALL:
                return dispatch_call(message, raw);
            default:
                return;  // the specification: unknown types are ignored
        }
    });
}

void State::dispatch_reply(const MessagePtr& message, DBusMessage* raw) {
    const auto serial = dbus_message_get_reply_serial(raw);
    if (!pending.contains(serial)) return;
    BusReply reply;
    try {
        reply.signature = text(dbus_message_get_signature(raw));
        reply.arguments = read_arguments(message, kMostDecodedOfReply);
        if (dbus_message_get_type(raw) == DBUS_MESSAGE_TYPE_ERROR) {
            reply.error = BusError{text(dbus_message_get_error_name(raw)),
                                   reply.arguments.empty() ? "" : reply.arguments[0].text()};
        }
    } catch (const std::exception& error) {
        reply = {BusError{DBUS_ERROR_INCONSISTENT_MESSAGE, error.what()}, {}, {}};
    }
    finish(serial, reply);
}

void State::finish(std::uint32_t serial, const BusReply& reply) {
    auto entry = pending.extract(serial);
    if (entry.empty() || !entry.mapped().done) return;
    guarded([&] { entry.mapped().done(reply); });
}

void State::dispatch_signal(const MessagePtr& message, DBusMessage* raw) {
    const std::string sender = text(dbus_message_get_sender(raw));
    BusSignal signal{text(dbus_message_get_path(raw)),
                     text(dbus_message_get_interface(raw)),
                     text(dbus_message_get_member(raw)),
                     text(dbus_message_get_signature(raw)),
                     {}};
    if (sender == DBUS_SERVICE_DBUS) {
        return dispatch_signal_of_bus(message, signal);
    }
    std::vector<std::shared_ptr<std::function<void(const BusSignal&)>>> takers;
    for (const auto& [id, subscription] : subscriptions) {
        const auto owner = owners.find(subscription.match.owner);
        if (owner == owners.end() || owner->second.empty()) continue;  // nobody to believe
        if (!fits(subscription.match, signal)) continue;
        if (owner->second == sender)
            takers.push_back(subscription.arrived);
        else
            report_forgery(sender, subscription.match.owner);
    }
    if (takers.empty()) return;
    signal.arguments = read_arguments(message, kMostDecoded);
    for (const auto& taker : takers)
        guarded([&] { (*taker)(signal); });
}

void State::dispatch_signal_of_bus(const MessagePtr& message, BusSignal& signal) {
    if (signal.interface != DBUS_INTERFACE_DBUS) return;
    const bool owner_changed = signal.member == "NameOwnerChanged" && signal.signature == "sss";
    const bool ours = signal.member == "NameLost" || signal.member == "NameAcquired";
    if (!owner_changed && !(ours && signal.signature == "s")) return;
    signal.arguments = read_arguments(message, kMostDecoded);
    const auto& name = signal.arguments[0].text();
    if (owner_changed && tracked.contains(name)) set_owner(name, signal.arguments[2].text());
    if (!ours) return;
    const auto ownership =
        signal.member == "NameAcquired" ? NameOwnership::owned : NameOwnership::taken;
    for (auto& [id, owned] : owned_names)
        if (owned.name == name) return tell_ownership(owned, ownership);
}

void State::tell_ownership(OwnedName& owned, NameOwnership ownership) {
    if (std::exchange(owned.told, ownership) == ownership) return;
    guarded([outcome = owned.outcome, ownership] { (*outcome)(ownership); });
}

void State::set_owner(const std::string& name, const std::string& owner) {
    const auto found = owners.find(name);
    if (found != owners.end() && found->second == owner) return;
    owners[name] = owner;
    const auto told = name_watches;
    for (const auto& [id, watch] : told) {
        if (watch.name != name || !name_watches.contains(id)) continue;
        guarded([&, changed = watch.changed] { (*changed)(owner); });
    }
}

void State::dispatch_call(const MessagePtr& message, DBusMessage* raw) {
    const bool wants_reply = !dbus_message_get_no_reply(raw);
    MessagePtr reply;
    try {
        IncomingCall call{text(dbus_message_get_sender(raw)),    text(dbus_message_get_path(raw)),
                          text(dbus_message_get_interface(raw)), text(dbus_message_get_member(raw)),
                          text(dbus_message_get_signature(raw)), {}};
        const auto values = answer(call, message);
        reply = core::dbus::Message::make_method_return(message);
        write_arguments(reply, values);
    } catch (const BusFailure& failure) {
        reply = make_error(message, failure.name(), failure.what());
    } catch (const CodecError& error) {  // whose fault it is knows by the answer
        reply = make_error(message, DBUS_ERROR_LIMITS_EXCEEDED, error.what());
    } catch (const std::exception& error) {
        report_fault(error.what());
        reply = make_error(message, DBUS_ERROR_FAILED, error.what());
    }
    if (wants_reply && bus) send_message(reply);
}

// What is not for us, or not of the types it should be, is answered undecoded.
std::vector<Value> State::answer(IncomingCall& call, const MessagePtr& message) {
    const auto found = objects.find(call.path);
    std::set<std::string> children;
    const std::string below = call.path == "/" ? "/" : call.path + "/";
    for (const auto& [path, object] : objects) {
        if (!path.starts_with(below) || path.size() == below.size()) continue;
        children.insert(path.substr(below.size(), path.find('/', below.size()) - below.size()));
    }
    if (call.interface == DBUS_INTERFACE_INTROSPECTABLE && call.member == "Introspect" &&
        (found != objects.end() || !children.empty())) {
        const BusObject empty{call.path, {}};
        return {Value(introspect(found != objects.end() ? *found->second : empty,
                                 {children.begin(), children.end()}))};
    }
    if (found == objects.end()) {
        throw BusFailure(DBUS_ERROR_UNKNOWN_OBJECT, "There is no object at " + call.path + ".");
    }
    const auto object = found->second;  // a handler may withdraw it
    check_call(*object, call);
    call.arguments = read_arguments(message, kMostDecoded);
    return tandem::dispatch_call(*object, call);
}

}  // namespace tandem
