// SPDX-License-Identifier: GPL-3.0-or-later
// Service, configuration and what the system grants.
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
        return {Outcome::warn, "tandemd runs, but not as tandem.service: nobody starts it anew.",
                "Install the package, or run it by systemd/tandem.service."};
    if (!unit.installed)
        return {Outcome::fail, "tandem.service is not installed.", "Install the package tandem."};
    if (unit.exit_status == EX_CONFIG && !runs(unit))
        return {Outcome::fail, "The service ended because its configuration has a mistake.",
                "\"tandemctl check\" names it; then \"sudo systemctl start tandem\"."};
    if (!runs(unit))
        return {Outcome::fail, fmt::format("The service is {}.", unit.active),
                "\"sudo systemctl enable --now tandem\"; \"journalctl -u tandem -e\" says why it "
                "ended."};
    if (!facts.status)
        return {Outcome::fail,
                fmt::format("The service runs but cannot be asked: {}", facts.status_trouble),
                "\"journalctl -u tandem -e\" may say why."};
    if (unit.restarts > 0)
        return {Outcome::warn,
                fmt::format("The service runs for {}, but was started anew {} times by systemd.",
                            span_of(facts.status->uptime_s), unit.restarts),
                "\"journalctl -u tandem -p warning\" says why it ended."};
    return {Outcome::ok, fmt::format("The service runs for {}.", span_of(facts.status->uptime_s))};
}

Judgement judge_watchdog(const DoctorFacts& facts) {
    if (!facts.unit.installed)
        return {Outcome::unknown, "Without tandem.service there is no watchdog."};
    if (!facts.unit.watchdog)
        return {Outcome::warn, "The service has no watchdog: if it hangs, it stays so.",
                "Remove WatchdogSec= from your drop-ins (\"systemctl cat tandem\")."};
    return {Outcome::ok, "systemd's watchdog looks after the service."};
}

Judgement judge_configuration(const DoctorFacts& facts) {
    if (!facts.config)
        return {Outcome::fail, facts.config_trouble, "Correct it, then \"sudo tandemctl reload\"."};
    if (facts.config->sinks.empty())
        return {Outcome::fail, fmt::format("{} names no speaker.", facts.config_file),
                "\"sudo tandemctl setup\" finds your speakers, or pair them and name each in a "
                "[[sink]] of it."};
    if (facts.status && facts.status->sinks.size() != facts.config->sinks.size())
        return {Outcome::warn,
                fmt::format("{} has {} sinks, but {} are in force.", facts.config_file,
                            facts.config->sinks.size(), facts.status->sinks.size()),
                "\"sudo tandemctl reload\" puts the file in force."};
    return {Outcome::ok, fmt::format("{} is right; it names {} {}.", facts.config_file,
                                     facts.config->sinks.size(),
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
        return {Outcome::warn, "You may look at Tandem, but not change anything.",
                "Use sudo, or \"sudo adduser $USER tandem\" and log in again."};
    if (groups.empty())
        return {Outcome::unknown, "The service has no process whose groups could be seen."};
    return {Outcome::ok, "The service may use sound cards and Bluetooth, and you may change it."};
}

Judgement judge_realtime(const DoctorFacts& facts) {
    if (!facts.status) return not_running();
    if (facts.status->realtime) return {Outcome::ok, "The engine is a real-time thread."};
    return {Outcome::warn,
            "The engine is no real-time thread: other work on this machine can hold it up.",
            "Run it by tandem.service, which has LimitRTPRIO=50; in a container allow "
            "CAP_SYS_NICE."};
}

}  // namespace tandem
