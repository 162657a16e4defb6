// SPDX-License-Identifier: GPL-3.0-or-later
// Finds and runs what an incoming call asks for. Pure but for the object's own handlers, so that
// it is tested without a bus. Private to the room. Thread: control.
#pragma once

#include <string>
#include <vector>

#include "tandem/bus/object.hpp"

namespace tandem {

// Throws BusFailure for everything that is wrong with the call, and what the handler throws.
[[nodiscard]] std::vector<Value> dispatch_call(const BusObject& object, const IncomingCall& call);
// `children`: the next path elements below the object.
[[nodiscard]] std::string introspect(const BusObject& object,
                                     const std::vector<std::string>& children);

}  // namespace tandem
