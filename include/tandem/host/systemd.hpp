// SPDX-License-Identifier: GPL-3.0-or-later
// sd_notify and the watchdog. Does nothing without systemd. Thread: control.
#pragma once

#include <optional>
#include <string>

#include "tandem/base/units.hpp"

namespace tandem {

void notify_ready(const std::string& status);
void notify_reloading();
void notify_status(const std::string& status);
void notify_watchdog();
// Has systemd act as if the watchdog had not been fed for its time.
void trigger_watchdog();
void notify_stopping();
// Half of WATCHDOG_USEC, or nullopt when no watchdog is asked for.
[[nodiscard]] std::optional<Duration> watchdog_interval();

}  // namespace tandem
