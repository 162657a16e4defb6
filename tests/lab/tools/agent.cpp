// SPDX-License-Identifier: GPL-3.0-or-later
// agent: says yes to whoever pairs with a speaker, as a speaker without a display does. One for all
// adapters: bluetoothd knows one default agent.
#include "bus.hpp"

namespace {

using lab::check;

constexpr const char* kPath = "/tandem/lab/agent";

int yes(sd_bus_message* message, void*, sd_bus_error*) {
    return sd_bus_reply_method_return(message, "");
}

const sd_bus_vtable kAgent[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Release", "", "", yes, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("RequestConfirmation", "ou", "", yes, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("RequestAuthorization", "o", "", yes, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("AuthorizeService", "os", "", yes, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Cancel", "", "", yes, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END};

bool call_manager(sd_bus* bus, const char* method, const char* capability) {
    lab::BusError error;
    const int result =
        capability != nullptr
            ? sd_bus_call_method(bus, lab::kBluez, "/org/bluez", "org.bluez.AgentManager1", method,
                                 &error.value, nullptr, "os", kPath, capability)
            : sd_bus_call_method(bus, lab::kBluez, "/org/bluez", "org.bluez.AgentManager1", method,
                                 &error.value, nullptr, "o", kPath);
    if (result < 0) std::fprintf(stderr, "agent: %s: %s, trying again\n", method, error.text());
    return result >= 0;
}

}  // namespace

int main() {
    try {
        const lab::SystemBus system;
        sd_bus* bus = system.bus();
        check(sd_bus_add_object_vtable(bus, nullptr, kPath, "org.bluez.Agent1", kAgent, nullptr),
              "cannot offer the agent");
        const lab::BluezWatch watch{bus, system.event(),
                                    [&] {
                                        return call_manager(bus, "RegisterAgent",
                                                            "NoInputNoOutput") &&
                                               call_manager(bus, "RequestDefaultAgent", nullptr);
                                    },
                                    [] {}};
        system.serve();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "agent: error: %s\n", error.what());
        return 1;
    }
}
