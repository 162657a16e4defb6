// SPDX-License-Identifier: GPL-3.0-or-later
// A D-Bus message as bytes on the wire, with any body (D-Bus specification, "Message Protocol").
#pragma once

#include <dbus/dbus.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tandem::fuzz {

// What a message is, but for its body. Empty texts leave their field out.
struct WireHead {
    int type;
    std::string sender;
    std::string path;
    std::string interface;
    std::string member;
};

using Message = std::unique_ptr<DBusMessage, decltype(&dbus_message_unref)>;
[[nodiscard]] inline Message own(DBusMessage* message) {
    return {message, dbus_message_unref};
}

// Null if libdbus finds it invalid, as it does with what comes over a socket. Answers and errors
// are to the call `serial`.
[[nodiscard]] Message make_message(const WireHead& head, std::uint32_t serial,
                                   const std::string& types, std::span<const std::uint8_t> body);

}  // namespace tandem::fuzz
