// SPDX-License-Identifier: GPL-3.0-or-later
// Finds and runs what an incoming call asks for. Pure but for the object's own handlers, so that
// it is tested without a bus. Private to the room. Thread: control.
#pragma once

#include <string>
#include <vector>

#include "tandem/bus/object.hpp"

namespace tandem {

// Throws BusFailure where the call may not be made, or has other types than it should: all that can
// be said of it before its arguments are decoded.
void check_call(const BusObject& object, const IncomingCall& call);
// Of a call that was checked. Throws BusFailure for what is wrong with the arguments, and what the
// handler throws.
[[nodiscard]] std::vector<Value> dispatch_call(const BusObject& object, const IncomingCall& call);
// `children`: the next path elements below the object.
[[nodiscard]] std::string introspect(const BusObject& object,
                                     const std::vector<std::string>& children);

}  // namespace tandem
