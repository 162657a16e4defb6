// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/service/bridge_object.hpp"

namespace tandem {

BridgeObject::BridgeObject(BusConnection& bus, const std::string& version,
                           BridgeFunctions functions)
    : bus_(bus), functions_(std::move(functions)) {
    const auto reload = [this](const IncomingCall&) -> std::vector<Value> {
        if (const auto failure = functions_.reload()) {
            throw BusFailure("io.tandem.Error.Config", *failure);
        }
        return {};
    };
    object_ = bus_.export_object(
        {kBridgePath,
         {{kBridgeInterface, "Reload", "", "", reload}},
         {{kBridgeInterface, "Status", "s", [this] { return Value(functions_.status()); }},
          {kBridgeInterface, "Version", "s", [version] { return Value(version); }}}});
    name_ = bus_.own_name(kBridgeName, [this](NameOwnership ownership) {
        switch (ownership) {
            case NameOwnership::owned:
                return functions_.name_trouble("");
            case NameOwnership::taken:
                return functions_.name_trouble(
                    "The bus name io.tandem.Bridge1 is taken: another tandemd runs; stop it.");
            case NameOwnership::denied:
                return functions_.name_trouble(
                    "The bus refuses the name io.tandem.Bridge1: the D-Bus policy of the package "
                    "is missing, so tandemctl cannot reach this tandemd.");
        }
    });
}

void BridgeObject::status_changed() {
    bus_.emit_changed(kBridgePath, kBridgeInterface, {"Status"});
}

}  // namespace tandem
