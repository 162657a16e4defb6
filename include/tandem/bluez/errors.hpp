// SPDX-License-Identifier: GPL-3.0-or-later
// What BlueZ means by its errors: some have a name of their own, others only say it in the message.
// Thread: control.
#pragma once

#include <string_view>

#include "tandem/bus/object.hpp"

namespace tandem {

// Whether `what` stands in the name or in the message.
[[nodiscard]] bool mentions(const BusError& error, std::string_view what);

// This user or program may not do it, by the bus's policy or BlueZ's.
[[nodiscard]] bool is_denied(const BusError& error);
[[nodiscard]] bool is_busy(const BusError& error);
[[nodiscard]] bool is_canceled(const BusError& error);
[[nodiscard]] bool is_connected_already(const BusError& error);
[[nodiscard]] bool is_key_trouble(const BusError& error);
// A page that was not answered.
[[nodiscard]] bool is_unreachable(const BusError& error);
// ConnectProfile of a profile that the speaker's service records do not have.
[[nodiscard]] bool has_no_sink(const BusError& error);

}  // namespace tandem
