// SPDX-License-Identifier: GPL-3.0-or-later
// The way to a ready connection: libdbus waits for the bus to answer its Hello, up to 25 s with a
// bus that hangs, and the loop may not. So a short-lived thread waits. Private to the room.
// Thread: the loop's.
#pragma once

#include <core/dbus/bus.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "tandem/bus/loop.hpp"

namespace tandem {

class Greeting {
  public:
    struct Outcome {
        std::unique_ptr<core::dbus::Bus> bus;  // empty: there is none
        std::string error;                     // why not
    };
    // `done` is called once, from the loop. Empty `address`: the system bus. Throws
    // std::system_error when no thread can be had.
    Greeting(Loop& loop, std::string address, std::function<void(Outcome)> done);
    // Gives it up: `done` is not called any more. Waits up to half a second for the thread to end;
    // if the bus hangs, it ends by itself once libdbus has lost its patience.
    ~Greeting();
    Greeting(const Greeting&) = delete;
    Greeting& operator=(const Greeting&) = delete;

  private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
    std::thread thread_;
};

}  // namespace tandem
