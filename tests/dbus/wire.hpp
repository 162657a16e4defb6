// SPDX-License-Identifier: GPL-3.0-or-later
// The little of D-Bus the fake BlueZ speaks, on libdbus alone: independent of the code it tests.
#pragma once

#include <dbus/dbus.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace tandem::testing {

struct Path {
    std::string text;
};
using Octets = std::vector<std::uint8_t>;
using WireValue = std::variant<bool, std::uint8_t, std::int16_t, std::uint16_t, std::uint32_t,
                               std::string, Path, Octets>;
using Properties = std::map<std::string, WireValue>;
using Interfaces = std::map<std::string, Properties>;

using Message = std::unique_ptr<DBusMessage, decltype(&dbus_message_unref)>;
[[nodiscard]] inline Message own(DBusMessage* message) {
    return {message, dbus_message_unref};
}

void append(DBusMessageIter& into, const WireValue& value);
void append(DBusMessageIter& into, const Properties& properties);                 // a{sv}
void append(DBusMessageIter& into, const Interfaces& interfaces);                 // a{sa{sv}}
void append_names(DBusMessageIter& into, const std::vector<std::string>& names);  // as

// Reads a value of one of the types above; anything else reads as false.
[[nodiscard]] WireValue read(DBusMessageIter& from);
[[nodiscard]] Properties read_properties(DBusMessageIter& from);

}  // namespace tandem::testing
