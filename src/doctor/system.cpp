// SPDX-License-Identifier: GPL-3.0-or-later
// The service, its configuration and its permissions.
#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>

#include "doctor/judges.hpp"

namespace tandem {
namespace {

bool runs(const UnitFacts& unit) {
    return unit.active == "active" || unit.active == "reloading";
}

}  // namespace

Judgement judge_service(const DoctorFacts& facts) {
    const UnitFacts& unit = facts.unit;
    if (!unit.installed && facts.status)
        return {Outcome::warn,
                "tandemd is running, but not as tandem.service, so nothing restarts it.",
                "Install the package, or run it from systemd/tandem.service."};
    if (!unit.installed)
        return {Outcome::fail, "tandem.service is not installed.",
                "Install the package: \"sudo apt install ./tandem_*.deb\"."};
    if (unit.exit_status == EX_CONFIG && !runs(unit))
        return {Outcome::fail, "The service stopped because of a mistake in its configuration.",
                "Run \"tandemctl check\" to find it, then \"sudo systemctl start tandem\"."};
    if (!runs(unit))
        return {
            Outcome::fail, fmt::format("The service is {}.", unit.active),
            "Run \"sudo systemctl enable --now tandem\"; \"journalctl -u tandem -e\" says why it "
            "stopped."};
    if (!facts.status)
        return {Outcome::fail,
                fmt::format("The service is running but does not answer: {}", facts.status_trouble),
                "Run \"journalctl -u tandem -e\" to see why."};
    if (unit.restarts > 0)
        return {Outcome::warn,
                fmt::format("The service has run for {}, but systemd has restarted it {} times.",
                            span_of(facts.status->uptime_s), unit.restarts),
                "Run \"journalctl -u tandem -p warning\" to see why."};
    return {Outcome::ok,
            fmt::format("The service has run for {}.", span_of(facts.status->uptime_s))};
}

Judgement judge_watchdog(const DoctorFacts& facts) {
    if (!facts.unit.installed)
        return {Outcome::unknown, "There is no watchdog without tandem.service."};
    if (!facts.unit.watchdog)
        return {Outcome::warn, "The service has no watchdog: if it hangs, it is not restarted.",
                "Remove WatchdogSec= from your drop-ins (\"systemctl cat tandem\")."};
    return {Outcome::ok, "systemd's watchdog is watching the service."};
}

Judgement judge_configuration(const DoctorFacts& facts) {
    if (!facts.config)
        return {Outcome::fail, facts.config_trouble,
                "Correct it, then run \"sudo tandemctl reload\"."};
    if (facts.config->sinks.empty())
        return {Outcome::fail, fmt::format("{} has no speakers.", facts.config_file),
                "Run \"sudo tandemctl setup\", or pair your speakers and add a [[sink]] for each."};
    if (facts.status && facts.status->sinks.size() != facts.config->sinks.size())
        return {Outcome::warn,
                fmt::format("{} has {} sinks, but the service is using {}.", facts.config_file,
                            facts.config->sinks.size(), facts.status->sinks.size()),
                "Run \"sudo tandemctl reload\"."};
    return {Outcome::ok,
            fmt::format("{} is valid and has {} {}.", facts.config_file, facts.config->sinks.size(),
                        facts.config->sinks.size() == 1 ? "speaker" : "speakers")};
}

Judgement judge_permissions(const DoctorFacts& facts) {
    const auto& groups = facts.unit.groups;
    for (const auto* needed : {"audio", "bluetooth"}) {
        if (groups.empty() || std::ranges::find(groups, needed) != groups.end()) continue;
        return {Outcome::fail, fmt::format("The service is not in the group {}.", needed),
                "Restore SupplementaryGroups=audio bluetooth in the unit (\"systemctl cat "
                "tandem\")."};
    }
    if (!facts.may_change)
        return {Outcome::warn, "You may look at Tandem but not change anything.",
                "Use sudo, or run \"sudo adduser $USER tandem\" and log in again."};
    if (groups.empty()) return {Outcome::unknown, "The service has no running process to look at."};
    return {Outcome::ok, "The service may use sound cards and Bluetooth, and you may change it."};
}

Judgement judge_realtime(const DoctorFacts& facts) {
    if (!facts.status) return not_running();
    if (facts.status->realtime) return {Outcome::ok, "The engine is a real-time thread."};
    return {Outcome::warn,
            "The engine is not a real-time thread: other work on this machine can delay it.",
            "Run it from tandem.service, which has LimitRTPRIO=50; in a container, allow "
            "CAP_SYS_NICE."};
}

}  // namespace tandem
