// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/host/systemd.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "tandem/base/clock.hpp"

namespace tandem {
namespace {

// The protocol separates assignments by line ends: a status must be one line.
std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
}

// A failure is not worth more than systemd's own time-out: there is nobody to tell.
void notify(const std::string& message) {
    (void)sd_notify(0, message.c_str());
}

}  // namespace

void notify_ready(const std::string& status) {
    notify("READY=1\nSTATUS=" + one_line(status));
}

void notify_reloading() {
    // systemd >= 253 with Type=notify-reload wants the time, others ignore it.
    const auto now =
        std::chrono::duration_cast<std::chrono::microseconds>(now_monotonic().time_since_epoch());
    notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
}

void notify_status(const std::string& status) {
    notify("STATUS=" + one_line(status));
}

void notify_watchdog() {
    notify("WATCHDOG=1");
}

void trigger_watchdog() {
    notify("WATCHDOG=trigger");
}

void notify_stopping() {
    notify("STOPPING=1");
}

std::optional<Duration> watchdog_interval() {
    std::uint64_t timeout_us = 0;
    if (sd_watchdog_enabled(0, &timeout_us) <= 0) return std::nullopt;
    return std::chrono::duration_cast<Duration>(std::chrono::microseconds{timeout_us / 2});
}

}  // namespace tandem
