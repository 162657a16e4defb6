// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/doctor/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "doctor/judges.hpp"
#include "tandem/base/printable_text.hpp"

namespace tandem {

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::ok:
            return "ok";
        case Outcome::unknown:
            return "unknown";
        case Outcome::warn:
            return "warn";
        case Outcome::fail:
            return "fail";
    }
    return "unknown";
}

const std::vector<Check>& all_checks() {
    static const std::vector<Check> checks{
        {"service", judge_service},
        {"watchdog", judge_watchdog},
        {"configuration", judge_configuration},
        {"permissions", judge_permissions},
        {"real-time", judge_realtime},
        {"bluez", judge_bluez},
        {"competitors", judge_competitors},
        {"adapter", judge_adapter},
        {"uart", judge_uart},
        {"airtime", judge_airtime},
        {"wifi", judge_wifi},
        {"paired", judge_paired},
        {"speakers", judge_speakers},
        {"card", judge_card},
        {"card-rate", judge_card_rate},
        {"card-mono", judge_card_mono},
        {"card-clock", judge_card_clock},
        {"mixer", judge_mixer},
        {"offset", judge_offset},
        {"hum", judge_hum},
        {"clipping", judge_clipping},
        {"level", judge_level},
        {"last-sound", judge_last_sound},
    };
    return checks;
}

std::vector<Finding> examine(const DoctorFacts& facts) {
    std::vector<Finding> findings;
    for (const Check& check : all_checks()) {
        const Judgement judgement = check.judge(facts);
        // There are names of cards and programs in it.
        findings.push_back({std::string(check.name), judgement.outcome,
                            printable_text(judgement.reason), printable_text(judgement.remedy)});
    }
    return findings;
}

Outcome worst_of(const std::vector<Finding>& findings) {
    Outcome worst = Outcome::ok;
    for (const Finding& finding : findings)
        worst = std::max(worst, finding.outcome);
    return worst;
}

std::string to_text(const std::vector<Finding>& findings, Colours colours) {
    const auto mark = [&](Outcome outcome) {
        std::string name = fmt::format("{:<7}", name_of(outcome));
        switch (outcome) {
            case Outcome::ok:
                return painted(name, Health::well, colours);
            case Outcome::warn:
                return painted(name, Health::warning, colours);
            case Outcome::fail:
                return painted(name, Health::trouble, colours);
            case Outcome::unknown:
                break;
        }
        return name;
    };
    std::string text;
    for (const Finding& finding : findings) {
        text += fmt::format("{} {:<14} {}\n", mark(finding.outcome), finding.check, finding.reason);
        if (!finding.remedy.empty()) text += fmt::format("{:<23}-> {}\n", "", finding.remedy);
    }
    const auto count = [&](Outcome outcome) {
        return std::ranges::count(findings, outcome, &Finding::outcome);
    };
    return text + fmt::format("{} checks: {} ok, {} warn, {} fail, {} unknown.\n", findings.size(),
                              count(Outcome::ok), count(Outcome::warn), count(Outcome::fail),
                              count(Outcome::unknown));
}

std::string to_json(const std::vector<Finding>& findings) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Finding& finding : findings)
        list.push_back({{"check", finding.check},
                        {"outcome", name_of(finding.outcome)},
                        {"reason", finding.reason},
                        {"remedy", finding.remedy}});
    const nlohmann::ordered_json all{{"worst", name_of(worst_of(findings))}, {"findings", list}};
    // Names of cards and speakers need not be UTF-8.
    return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace tandem
