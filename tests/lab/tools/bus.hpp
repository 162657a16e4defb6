// SPDX-License-Identifier: GPL-3.0-or-later
// The little that the lab's D-Bus programs share: errors with context, and a way to wait for
// bluetoothd.
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace lab {

constexpr const char* kBluez = "org.bluez";

// Throws when a call of libsystemd failed; returns its result otherwise.
inline int check(int result, const std::string& what) {
    if (result < 0) throw std::runtime_error(what + ": " + std::strerror(-result));
    return result;
}

struct Unref {
    void operator()(sd_bus* bus) const { sd_bus_unref(bus); }
    void operator()(sd_event* event) const { sd_event_unref(event); }
    void operator()(sd_event_source* source) const { sd_event_source_disable_unref(source); }
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using BusPtr = std::unique_ptr<sd_bus, Unref>;
using EventPtr = std::unique_ptr<sd_event, Unref>;
using SourcePtr = std::unique_ptr<sd_event_source, Unref>;
using MessagePtr = std::unique_ptr<sd_bus_message, Unref>;

// The system bus, served by an event loop.
class SystemBus {
  public:
    SystemBus() {
        sd_bus* bus = nullptr;
        check(sd_bus_open_system(&bus), "cannot reach the system bus");
        bus_.reset(bus);
        sd_event* event = nullptr;
        check(sd_event_default(&event), "cannot make an event loop");
        event_.reset(event);
        check(sd_bus_attach_event(bus, event, SD_EVENT_PRIORITY_NORMAL), "event loop");
    }
    [[nodiscard]] sd_bus* bus() const { return bus_.get(); }
    [[nodiscard]] sd_event* event() const { return event_.get(); }
    void serve() const { check(sd_event_loop(event_.get()), "event loop"); }

  private:
    EventPtr event_;
    BusPtr bus_;
};

struct BusError {
    sd_bus_error value = SD_BUS_ERROR_NULL;
    BusError() = default;
    BusError(const BusError&) = delete;
    BusError& operator=(const BusError&) = delete;
    ~BusError() { sd_bus_error_free(&value); }
    [[nodiscard]] const char* text() const {
        return value.message != nullptr ? value.message : "no answer";
    }
};

// Runs an attempt now and every half second until it succeeds, again whenever bluetoothd
// (re)appears.
class BluezWatch {
  public:
    // `attempt` returns whether it succeeded; `lost` is told that bluetoothd has gone.
    BluezWatch(sd_bus* bus, sd_event* event, std::function<bool()> attempt,
               std::function<void()> lost)
        : event_{event}, attempt_{std::move(attempt)}, lost_{std::move(lost)} {
        check(sd_bus_match_signal(bus, nullptr, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                  "org.freedesktop.DBus", "NameOwnerChanged", owner_changed, this),
              "cannot watch the bus");
        try_again();
    }

    void try_again() {
        timer_.reset();
        if (attempt_()) return;
        sd_event_source* source = nullptr;
        constexpr std::uint64_t kHalfSecondUs = 500'000;
        check(sd_event_add_time_relative(
                  event_, &source, CLOCK_MONOTONIC, kHalfSecondUs, 0,
                  [](sd_event_source*, std::uint64_t, void* self) {
                      static_cast<BluezWatch*>(self)->try_again();
                      return 0;
                  },
                  this),
              "cannot set a timer");
        timer_.reset(source);
    }

  private:
    static int owner_changed(sd_bus_message* message, void* self, sd_bus_error*) {
        const char* name = nullptr;
        const char* before = nullptr;
        const char* after = nullptr;
        check(sd_bus_message_read(message, "sss", &name, &before, &after), "bad signal");
        if (std::strcmp(name, kBluez) == 0) {
            auto* watch = static_cast<BluezWatch*>(self);
            watch->lost_();
            if (*after != '\0') watch->try_again();
        }
        return 0;
    }

    sd_event* event_;
    std::function<bool()> attempt_;
    std::function<void()> lost_;
    SourcePtr timer_;
};

}  // namespace lab
