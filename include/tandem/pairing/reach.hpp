// SPDX-License-Identifier: GPL-3.0-or-later
// What programs that use BlueZ for a moment ask of it first, and how they say that it is not to be
// had. Thread: the loop's.
#pragma once

#include <string>

#include "tandem/bluez/model.hpp"
#include "tandem/bus/connection.hpp"

namespace tandem {

// The path of the adapter `named` ("hci0", its address, "" = the first) that is switched on; empty:
// there is none.
[[nodiscard]] std::string powered_adapter(const BluezModel& model, const std::string& named);

// What keeps the search that `adapter` begins next from finding what only does Bluetooth LE.
[[nodiscard]] BusCall discovery_filter(const std::string& adapter);

// Each is a sentence: why there is no such adapter; why BlueZ has not shown its objects yet; that
// this user may not do it.
[[nodiscard]] std::string no_adapter(const std::string& named);
[[nodiscard]] std::string no_bluez(const BusConnection& bus, const BluezModel& model);
[[nodiscard]] std::string bluez_denied(const BusError& error);

}  // namespace tandem
