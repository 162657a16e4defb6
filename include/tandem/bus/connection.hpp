// SPDX-License-Identifier: GPL-3.0-or-later
// One connection to a message bus that comes back by itself. dbus-cpp (and libdbus under it) is
// connection and codec here and is known to no one else. Nothing here waits for the bus, however
// it hangs.
// Thread: the loop's. Callbacks come from the loop, never from inside the functions below. What a
// callback throws is caught, told to the fault listener, and answered by an error where there is
// someone to answer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/bus/backoff.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/bus/object.hpp"
#include "tandem/bus/value.hpp"

namespace tandem {

inline constexpr std::string_view kPropertiesInterface = "org.freedesktop.DBus.Properties";

struct BusSettings {
    std::string address;  // empty: the system bus (DBUS_SYSTEM_BUS_ADDRESS is honoured)
    // An attempt costs next to nothing, and all sound waits for it.
    BackoffPolicy reconnect{std::chrono::milliseconds(500), std::chrono::seconds(2)};
};

struct BusCall {
    std::string destination;
    std::string path;
    std::string interface;
    std::string member;
    std::vector<Value> arguments = {};
    Duration timeout{std::chrono::seconds(25)};
};

// The answer to a call: an error, or arguments with their types.
struct BusReply {
    std::optional<BusError> error;
    std::string signature;
    std::vector<Value> arguments;
    // Whether the call succeeded with exactly these types.
    [[nodiscard]] bool is(std::string_view types) const { return !error && signature == types; }
};

struct BusSignal {
    std::string path;
    std::string interface;
    std::string member;
    std::string signature;
    std::vector<Value> arguments;
};

// Which signals: those whose sender owns the well-known name `owner` right now.
struct SignalMatch {
    std::string owner;
    std::string path_namespace;  // this path and all below; empty: any
    std::string interface;
    std::string member;
};

enum class NameOwnership { owned, taken, denied };

class BusConnection {
  public:
    using ReplyHandler = std::function<void(const BusReply&)>;

    BusConnection(Loop& loop, BusSettings settings);
    ~BusConnection();
    BusConnection(const BusConnection&) = delete;
    BusConnection& operator=(const BusConnection&) = delete;

    [[nodiscard]] bool connected() const;
    // Why there is no connection, as a sentence; empty while connected.
    [[nodiscard]] const std::string& trouble() const;
    // `changed(connected)` at each change and at each attempt that failed, and once soon if it is
    // connected already.
    [[nodiscard]] Loop::Handle on_connection(std::function<void(bool)> changed);
    // What went wrong inside a callback, as a sentence.
    void on_fault(std::function<void(const std::string&)> fault);

    // `done` is called once, unless the handle goes first: the call then still goes out.
    [[nodiscard]] Loop::Handle call(const BusCall& call, ReplyHandler done);
    // No answer wanted.
    void send(const BusCall& call);
    // Gives what is queued up to `limit` to leave; for the end of the process.
    void flush(Duration limit);

    [[nodiscard]] Loop::Handle subscribe(SignalMatch match,
                                         std::function<void(const BusSignal&)> arrived);
    // `changed(owner)` with the unique name, or "" when nobody owns `name` (or the bus is lost).
    // Called first when the answer is known.
    [[nodiscard]] Loop::Handle watch_name(std::string name,
                                          std::function<void(const std::string&)> changed);
    // The unique name that owns a watched name; "" if nobody does.
    [[nodiscard]] std::string owner_of(const std::string& name) const;
    // Asks for `name`, after each reconnection too, and queues for it; `outcome` at each change.
    [[nodiscard]] Loop::Handle own_name(std::string name,
                                        std::function<void(NameOwnership)> outcome);

    // Serves `object` at its path until the handle goes.
    [[nodiscard]] Loop::Handle export_object(BusObject object);
    // Emits PropertiesChanged with the present values of the exported object's `names`.
    void emit_changed(const std::string& path, const std::string& interface,
                      const std::vector<std::string>& names);
    void emit_signal(const std::string& path, const std::string& interface,
                     const std::string& member, const std::vector<Value>& arguments);

    struct State;

  private:
    std::shared_ptr<State> state_;
};

}  // namespace tandem
