// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bus/connection.hpp"

#include <sys/epoll.h>

#include <system_error>
#include <utility>

#include "bus/connection_state.hpp"
#include "tandem/base/clock.hpp"

namespace tandem {
namespace {

using State = BusConnection::State;

std::uint32_t to_epoll(unsigned flags) {
    return ((flags & DBUS_WATCH_READABLE) != 0 ? EPOLLIN : 0U) |
           ((flags & DBUS_WATCH_WRITABLE) != 0 ? EPOLLOUT : 0U);
}

unsigned to_dbus(std::uint32_t events) {
    return ((events & EPOLLIN) != 0 ? unsigned{DBUS_WATCH_READABLE} : 0U) |
           ((events & EPOLLOUT) != 0 ? unsigned{DBUS_WATCH_WRITABLE} : 0U) |
           ((events & EPOLLERR) != 0 ? unsigned{DBUS_WATCH_ERROR} : 0U) |
           ((events & EPOLLHUP) != 0 ? unsigned{DBUS_WATCH_HANGUP} : 0U);
}

// The libdbus callbacks. `enabled` and the flags are read anew each time: a write watch starts
// disabled and is toggled on when output has to wait.
void refresh_watch(DBusWatch* watch, State& state) {
    state.watches.erase(watch);
    if (!dbus_watch_get_enabled(watch)) return;
    state.watches.emplace(
        watch, state.loop.watch(
                   dbus_watch_get_unix_fd(watch), to_epoll(dbus_watch_get_flags(watch)),
                   [&state, watch](std::uint32_t events) { state.handle_watch(watch, events); }));
}

dbus_bool_t add_watch(DBusWatch* watch, void* data) {
    try {
        refresh_watch(watch, *static_cast<State*>(data));
        return TRUE;
    } catch (const std::exception&) {
        return FALSE;  // libdbus gives the connection up
    }
}

void remove_watch(DBusWatch* watch, void* data) {
    static_cast<State*>(data)->watches.erase(watch);
}

void toggle_watch(DBusWatch* watch, void* data) {
    add_watch(watch, data);
}

void dispatch_status(DBusConnection*, DBusDispatchStatus status, void* data) {
    if (status == DBUS_DISPATCH_DATA_REMAINS) static_cast<State*>(data)->drain_soon();
}

}  // namespace

void State::connect() {
    retry.reset();
    try {
        greeting.emplace(loop, settings.address,
                         [this](Greeting::Outcome outcome) { greeted(std::move(outcome)); });
    } catch (const std::system_error& error) {
        unreachable(error.what());
    }
}

void State::greeted(Greeting::Outcome outcome) {
    const auto self = shared_from_this();
    greeting.reset();
    bus = std::move(outcome.bus);
    if (!bus) return unreachable(outcome.error);
    try {
        install_watches();
    } catch (const std::exception& error) {
        close();
        return unreachable(error.what());
    }
    failures = 0;
    trouble.clear();
    ask_again();
    tell_listeners(true);
    drain_soon();
}

void State::unreachable(const std::string& why) {
    trouble = "The system message bus cannot be reached (" + why +
              "): see whether the service dbus runs.";
    retry_later();
    tell_listeners(false);
}

// A connection knows nothing of what was asked of the one before.
void State::ask_again() {
    add_match(
        "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
        "member='NameLost'");
    for (const auto& [name, count] : tracked) {
        add_match(owner_match_rule(name));
        ask_owner(name);
    }
    for (const auto& [id, subscription] : subscriptions)
        add_match(match_rule(subscription.match));
    for (const auto& [id, name] : owned_names)
        ask_name(id);
}

void State::tell_listeners(bool connected) {
    const auto told = listeners;
    for (const auto& [id, listener] : told) {
        if (listeners.contains(id)) guarded([&, changed = listener] { (*changed)(connected); });
    }
}

void State::install_watches() {
    DBusConnection* raw = bus->raw();
    dbus_connection_set_exit_on_disconnect(raw, FALSE);
    if (!dbus_connection_set_watch_functions(raw, add_watch, remove_watch, toggle_watch, this,
                                             nullptr)) {
        throw std::runtime_error("its events cannot be watched");
    }
    dbus_connection_set_dispatch_status_function(raw, dispatch_status, this, nullptr);
}

void State::close() {
    if (!bus) return;
    DBusConnection* raw = bus->raw();
    dbus_connection_set_dispatch_status_function(raw, nullptr, nullptr, nullptr);
    dbus_connection_set_watch_functions(raw, nullptr, nullptr, nullptr, nullptr, nullptr);
    watches.clear();
    bus.reset();
}

void State::lost(const std::string& why) {
    const auto self = shared_from_this();
    close();
    trouble = why;
    const BusReply failure{BusError{DBUS_ERROR_DISCONNECTED, why}, {}, {}};
    while (!pending.empty())
        finish(pending.begin()->first, failure);
    const auto known = owners;
    for (const auto& [name, owner] : known)
        set_owner(name, "");
    owners.clear();
    retry_later();
    tell_listeners(false);
}

void State::retry_later() {
    ++failures;
    retry = loop.after(settings.reconnect.after(failures), [this] { connect(); });
}

void State::handle_watch(DBusWatch* watch, std::uint32_t events) {
    const auto self = shared_from_this();
    dbus_watch_handle(watch, to_dbus(events));
    drain();
}

void State::drain_soon() {
    if (drain_posted) return;
    drain_posted = true;
    loop.post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->drain_posted = false;
            self->drain();
        }
    });
}

void State::drain() {
    const auto self = shared_from_this();
    // A limit, so that a flood of messages cannot starve timers.
    for (int i = 0; i < 256; ++i) {
        if (!bus) return;
        DBusMessage* message = dbus_connection_pop_message(bus->raw());
        if (message == nullptr) break;
        dispatch(message);
        dbus_message_unref(message);
    }
    if (!bus) return;
    if (dbus_connection_get_dispatch_status(bus->raw()) == DBUS_DISPATCH_DATA_REMAINS) {
        drain_soon();
    } else if (!dbus_connection_get_is_connected(bus->raw())) {
        lost("The system message bus closed the connection; it is tried again.");
    }
}

void State::report_fault(const std::string& what) const {
    if (!fault) return;
    try {
        fault("A handler of D-Bus messages failed: " + what);
    } catch (...) {  // the listener of faults has nobody to tell
    }
}

// Once: who does it can do it a thousand times a second.
void State::report_forgery(const std::string& sender, const std::string& owner) {
    if (!fault || std::exchange(forgery_told, true)) return;
    guarded([&] {
        fault("The program " + sender + " on the message bus sends signals in the name of " +
              owner + "; they are ignored (\"busctl status " + sender + "\" names it).");
    });
}

BusConnection::BusConnection(Loop& loop, BusSettings settings)
    : state_(std::make_shared<State>(loop, std::move(settings))) {
    loop.post([weak = std::weak_ptr(state_)] {
        if (const auto state = weak.lock()) state->connect();
    });
}

BusConnection::~BusConnection() {
    state_->retry.reset();
    state_->greeting.reset();
    state_->pending.clear();
    state_->close();
}

bool BusConnection::connected() const {
    return state_->bus != nullptr;
}

const std::string& BusConnection::trouble() const {
    return state_->trouble;
}

Loop::Handle BusConnection::on_connection(std::function<void(bool)> changed) {
    const auto id = state_->next_id++;
    const auto listener = std::make_shared<std::function<void(bool)>>(std::move(changed));
    state_->listeners.emplace(id, listener);
    if (connected()) {
        state_->loop.post([weak = std::weak_ptr(state_), id, listener] {
            const auto state = weak.lock();
            if (!state || !state->bus || !state->listeners.contains(id)) return;
            state->guarded([&] { (*listener)(true); });
        });
    }
    return Loop::Handle([weak = std::weak_ptr(state_), id] {
        if (const auto state = weak.lock()) state->listeners.erase(id);
    });
}

void BusConnection::on_fault(std::function<void(const std::string&)> fault) {
    state_->fault = std::move(fault);
}

void BusConnection::flush(Duration limit) {
    const Time end = now_monotonic() + limit;
    while (state_->bus && dbus_connection_has_messages_to_send(state_->bus->raw()) &&
           now_monotonic() < end) {
        if (!dbus_connection_read_write(state_->bus->raw(), 20)) return;
    }
}

}  // namespace tandem
