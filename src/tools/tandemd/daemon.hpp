// SPDX-License-Identifier: GPL-3.0-or-later
// The service's process: signals, bus, bridge and what systemd is told. Thread: control (main).
#pragma once

#include <memory>
#include <string>

#include "tandem/base/owned_fd.hpp"
#include "tandem/bridge/bridge.hpp"
#include "tandem/bridge/commands.hpp"
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
    // Re-reads the file; if that cannot be done, keeps what is in force. Throws ConfigRefusal.
    void reload();
    // `sink` as the file has it now, of which nothing is put in force. Throws BridgeRefusal.
    [[nodiscard]] SinkConfig configured(const std::string& sink) const;
    [[nodiscard]] ServedBridge served();
    void tell_systemd();
    void watch_engine();

    std::string config_path_;  // absolute
    OwnedFd signals_;          // before any thread starts, so that all inherit the blocked mask
    Loop loop_;
    FaultLimit faults_;
    BusConnection bus_;
    StateFile state_;
    Bridge bridge_;
    std::unique_ptr<Commands> commands_;
    BridgeObject object_;
    Loop::Handle signal_watch_;
    Loop::Handle status_timer_;
    Loop::Handle engine_timer_;
    Loop::Handle watchdog_timer_;
    int looks_without_a_step_ = 0;  // of the engine, in a row
    std::string status_told_;
};

}  // namespace tandem
