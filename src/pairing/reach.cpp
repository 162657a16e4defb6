// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/pairing/reach.hpp"

#include <fmt/format.h>

#include "tandem/bluez/errors.hpp"

namespace tandem {

std::string powered_adapter(const BluezModel& model, const std::string& named) {
    for (const auto& [path, adapter] : model.adapters()) {
        const bool meant =
            named.empty() || last_element(path) == named || same_address(adapter.address, named);
        if (meant && adapter.powered) return path;
    }
    return {};
}

std::string no_adapter(const std::string& named) {
    const std::string which =
        named.empty() ? "No Bluetooth adapter is" : "The Bluetooth adapter " + named + " is not";
    return which +
           " there and switched on: plug it in, or run \"bluetoothctl power on\""
           " (and \"rfkill unblock bluetooth\" if it is blocked).";
}

BusCall discovery_filter(const std::string& adapter) {
    return {kBluez,
            adapter,
            kAdapterInterface,
            "SetDiscoveryFilter",
            {Value::properties({{"Transport", "bredr"}})}};
}

std::string bluez_denied(const BusError& error) {
    return fmt::format("This user may not use BlueZ ({}): run this with sudo.", error.said());
}

std::string no_bluez(const BusConnection& bus, const BluezModel& model) {
    if (!bus.connected()) return bus.trouble();
    if (!model.is_running()) {
        return "BlueZ is not running: start it with \"sudo systemctl start bluetooth\".";
    }
    const bool refused = model.state() == BluezModel::State::refused;
    if (refused && is_denied(model.trouble())) return bluez_denied(model.trouble());
    return fmt::format(
        "BlueZ does not answer ({}): restart it with \"sudo systemctl restart bluetooth\".",
        refused ? model.trouble().message : "it is silent");
}

}  // namespace tandem
