// SPDX-License-Identifier: GPL-3.0-or-later
// A bus, and a service on it that echoes.
#pragma once

#include <stdexcept>
#include <vector>

#include "dbus/bench.hpp"

namespace tandem::testing {

struct BusOnBus : ::testing::Test {
    PrivateBus bus_daemon;
    Loop loop;
    BusSettings settings{bus_daemon.address(), {10ms, 50ms}};

    [[nodiscard]] bool until(const std::function<bool()>& holds) { return run_until(loop, holds); }
};

// An object that answers Echo with what it got.
inline BusObject echo_object() {
    return {
        "/echo",
        {{"test.Echo", "Echo", "s", "s", [](const IncomingCall& call) { return call.arguments; }},
         {"test.Echo", "Throw", "", "",
          [](const IncomingCall&) -> std::vector<Value> { throw std::runtime_error("oops"); }}},
        {{"test.Echo", "Size", "u", [] { return Value(std::uint32_t{7}); }}}};
}

}  // namespace tandem::testing
