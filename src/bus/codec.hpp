// SPDX-License-Identifier: GPL-3.0-or-later
// Between dbus-cpp's messages and Value. Private to the room. Thread: the connection's.
#pragma once

#include <memory>
#include <stdexcept>
#include <vector>

#include "tandem/bus/value.hpp"

namespace core::dbus {
class Message;
}

namespace tandem {

// The data is not fit for D-Bus: bad UTF-8, an invalid path, a tree too deep.
class CodecError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// Of a call or a signal, whoever sends it.
inline constexpr std::size_t kMostDecoded = 64 * 1024;
// Of an answer: BlueZ lists all devices that it knows in one, and in a house full of them those are
// some hundred times 600 octets.
inline constexpr std::size_t kMostDecodedOfReply = 1024 * 1024;

// Libdbus has validated the message; the depth is limited here too (64, as the specification), and
// the octets: no more than `most` are decoded. Throws CodecError.
[[nodiscard]] std::vector<Value> read_arguments(const std::shared_ptr<core::dbus::Message>& from,
                                                std::size_t most);
// Throws CodecError before anything invalid reaches libdbus, which would abort the process.
void write_arguments(const std::shared_ptr<core::dbus::Message>& into,
                     const std::vector<Value>& values);

}  // namespace tandem
