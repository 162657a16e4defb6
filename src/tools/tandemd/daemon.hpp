// SPDX-License-Identifier: GPL-3.0-or-later
// The service's process: signals, bus, bridge and what systemd is told. Thread: control (main).
#pragma once

#include <optional>
#include <string>

#include "tandem/base/owned_fd.hpp"
#include "tandem/bridge/bridge.hpp"
#include "tandem/bus/connection.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/config/state_file.hpp"
#include "tandem/host/fault_limit.hpp"
#include "tandem/remote/bridge_object.hpp"

namespace tandem {

class Daemon {
  public:
    // `state_path`: where to keep what is learned. Throws ConfigError, std::system_error.
    Daemon(const std::string& config_path, const std::string& state_path);

    // Until SIGTERM or SIGINT.
    void run();

  private:
    void on_signal();
    // Re-reads the file; if it is wrong, says why and keeps what is in force.
    std::optional<std::string> reload();
    // `sink` as the file has it now, of which nothing is put in force. Throws BridgeRefusal.
    [[nodiscard]] SinkConfig configured(const std::string& sink) const;
    [[nodiscard]] BridgeFunctions functions();
    void tell_systemd();
    void watch_engine();

    std::string config_path_;  // absolute
    OwnedFd signals_;          // before any thread starts, so that all inherit the blocked mask
    Loop loop_;
    FaultLimit faults_;
    BusConnection bus_;
    StateFile state_;
    Bridge bridge_;
    BridgeObject object_;
    Loop::Handle signal_watch_;
    Loop::Handle status_timer_;
    Loop::Handle engine_timer_;
    Loop::Handle watchdog_timer_;
    int looks_without_a_step_ = 0;  // of the engine, in a row
    std::string status_told_;
};

}  // namespace tandem
