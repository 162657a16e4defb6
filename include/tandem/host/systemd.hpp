// SPDX-License-Identifier: GPL-3.0-or-later
// sd_notify(3) and the watchdog. Does nothing without systemd. Thread: control.
#pragma once

#include <optional>
#include <string>

#include "tandem/base/units.hpp"

namespace tandem {

void notify_ready(const std::string& status);
void notify_reloading();
void notify_status(const std::string& status);
void notify_watchdog();
// Makes systemd act as if the watchdog had expired.
void trigger_watchdog();
void notify_stopping();
// Half of WATCHDOG_USEC, or nullopt if there is no watchdog.
[[nodiscard]] std::optional<Duration> watchdog_interval();

}  // namespace tandem
