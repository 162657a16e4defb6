// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of BusConnection: libdbus's queues served by our loop. Private to the room.
// Thread: control.
//
// Messages are popped from libdbus's queue and dispatched here, not by dbus_connection_dispatch:
// no exception can pass through C code, pending calls are ours to fail on a disconnect, and no
// timeout of libdbus is needed.
#pragma once

#include <core/dbus/bus.h>
#include <dbus/dbus.h>

#include <map>
#include <memory>
#include <optional>
#include <set>

#include "bus/greeting.hpp"
#include "tandem/bus/connection.hpp"

namespace tandem {

struct BusConnection::State : std::enable_shared_from_this<BusConnection::State> {
    using Id = std::uint64_t;

    struct Pending {
        Id id;  // serials begin anew with each connection: an old handle must not meet a new call
        ReplyHandler done;
        Loop::Handle timeout;
    };
    struct Subscription {
        SignalMatch match;
        std::shared_ptr<std::function<void(const BusSignal&)>> arrived;
    };
    struct NameWatch {
        std::string name;
        std::shared_ptr<std::function<void(const std::string&)>> changed;
    };
    struct OwnedName {
        std::string name;
        std::shared_ptr<std::function<void(NameOwnership)>> outcome;
        std::optional<NameOwnership> told = {};  // on this connection
    };

    State(Loop& loop_in, BusSettings settings_in)
        : loop(loop_in), settings(std::move(settings_in)) {}
    ~State() { close(); }

    // connection.cpp: the way up and down
    void connect();
    void greeted(Greeting::Outcome outcome);
    void unreachable(const std::string& why);
    void ask_again();
    void tell_listeners(bool connected);
    void install_watches();
    void close();
    void lost(const std::string& why);
    void retry_later();
    void handle_watch(DBusWatch* watch, std::uint32_t events);
    void drain_soon();
    void drain();

    // dispatch.cpp: messages in
    void dispatch(DBusMessage* raw);
    void dispatch_reply(const std::shared_ptr<core::dbus::Message>& message, DBusMessage* raw);
    void dispatch_signal(const std::shared_ptr<core::dbus::Message>& message, DBusMessage* raw);
    void dispatch_call(const std::shared_ptr<core::dbus::Message>& message, DBusMessage* raw);
    std::vector<Value> answer(IncomingCall& call,
                              const std::shared_ptr<core::dbus::Message>& message);
    void dispatch_signal_of_bus(const std::shared_ptr<core::dbus::Message>& message,
                                BusSignal& signal);
    void set_owner(const std::string& name, const std::string& owner);
    void tell_ownership(OwnedName& owned, NameOwnership ownership);
    void finish(std::uint32_t serial, const BusReply& reply);

    // requests.cpp: messages out
    void send_call(const BusCall& call, std::uint32_t* serial);
    void send_message(const std::shared_ptr<core::dbus::Message>& message);
    Loop::Handle start_call(const BusCall& call, ReplyHandler done);
    void call_bus(std::string member, std::vector<Value> arguments, ReplyHandler done);
    void add_match(const std::string& rule);
    void ask_owner(const std::string& name);
    void ask_name(Id id);
    void track(const std::string& name);
    void untrack(const std::string& name);

    // Runs a callback; what it throws goes to the fault listener.
    template <typename Callback>
    void guarded(Callback&& callback) {
        try {
            callback();
        } catch (const std::exception& error) {
            report_fault(error.what());
        } catch (...) {
            report_fault("an exception of no known type");
        }
    }
    void report_fault(const std::string& what) const;
    void report_forgery(const std::string& sender, const std::string& owner);

    Loop& loop;
    BusSettings settings;
    std::unique_ptr<core::dbus::Bus> bus;  // empty: not connected
    std::map<DBusWatch*, Loop::Handle> watches;
    std::optional<Greeting> greeting;  // while the bus is being asked for a connection
    Loop::Handle retry;
    int failures = 0;
    bool drain_posted = false;
    bool forgery_told = false;
    std::string trouble = "The system message bus has not answered yet.";

    Id next_id = 1;
    std::map<std::uint32_t, Pending> pending;  // by serial
    std::map<Id, Subscription> subscriptions;
    std::map<Id, NameWatch> name_watches;
    std::map<std::string, int> tracked;         // well-known name -> how many want to know
    std::map<std::string, std::string> owners;  // known answers; "" = nobody
    std::map<Id, OwnedName> owned_names;
    std::map<Id, std::shared_ptr<std::function<void(bool)>>> listeners;
    std::map<std::string, std::shared_ptr<BusObject>> objects;
    std::function<void(const std::string&)> fault;
};

[[nodiscard]] std::string match_rule(const SignalMatch& match);
[[nodiscard]] std::string owner_match_rule(const std::string& name);

}  // namespace tandem
