// SPDX-License-Identifier: GPL-3.0-or-later
// An object others can call over the bus, as a value. Thread: the loop's.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tandem/bus/value.hpp"

namespace tandem {

struct BusError {
    std::string name;  // "org.bluez.Error.InProgress"
    std::string message;
    // What whoever answered had to say, or the name if that is all.
    [[nodiscard]] const std::string& said() const { return message.empty() ? name : message; }
};

// Thrown by a handler to answer with an error.
class BusFailure : public std::runtime_error {
  public:
    BusFailure(std::string name, const std::string& sentence)
        : std::runtime_error(sentence), name_(std::move(name)) {}
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

  private:
    std::string name_;
};

struct IncomingCall {
    std::string sender;  // unique name
    std::string path;
    std::string interface;  // may be empty: D-Bus allows calls without
    std::string member;
    std::string signature;
    std::vector<Value> arguments;
};

struct BusMethod {
    std::string interface;
    std::string name;
    std::string in;   // argument types, checked before `handle` runs
    std::string out;  // types of what it returns, checked after
    std::function<std::vector<Value>(const IncomingCall&)> handle;
};

// Read-only unless `set` is there.
struct BusProperty {
    std::string interface;
    std::string name;
    std::string type;
    std::function<Value()> get;
    std::function<void(const Value&)> set = {};
};

// Peer, Introspectable and Properties (Get, GetAll, Set) come by themselves.
struct BusObject {
    std::string path;
    std::vector<BusMethod> methods;
    std::vector<BusProperty> properties = {};
    // Who may call it, by unique name; empty: everybody the bus's policy lets through.
    std::function<bool(const std::string& sender)> allows = {};
    // Called once for each Get and GetAll, before any `get`: so that all are of one moment.
    std::function<void()> before_reading = {};
};

}  // namespace tandem
