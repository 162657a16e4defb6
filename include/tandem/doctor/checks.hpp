// SPDX-License-Identifier: GPL-3.0-or-later
// The doctor's checks: pure functions over facts. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tandem/doctor/facts.hpp"
#include "tandem/status/status_text.hpp"

namespace tandem {

enum class Outcome {
    ok,
    unknown,  // could not be checked; the reason says why
    warn,     // works, but not as well as it could
    fail,     // keeps sound from the speakers
};
[[nodiscard]] std::string_view name_of(Outcome outcome);

struct Finding {
    std::string check;  // "hum"; never renamed
    Outcome outcome = Outcome::ok;
    std::string reason;  // what was found, as a sentence
    std::string remedy;  // what to do; may be empty
};

// The result of one check.
struct Judgement {
    Outcome outcome = Outcome::ok;
    std::string reason;
    std::string remedy = {};
};
struct Check {
    std::string_view name;
    Judgement (*judge)(const DoctorFacts&);
};
// All checks in the order of the report. docs/troubleshooting.md describes each (held by a test).
[[nodiscard]] const std::vector<Check>& all_checks();

[[nodiscard]] std::vector<Finding> examine(const DoctorFacts& facts);
[[nodiscard]] Outcome worst_of(const std::vector<Finding>& findings);

[[nodiscard]] std::string to_text(const std::vector<Finding>& findings, Colours colours);
// {"worst": "warn", "findings": [{"check", "outcome", "reason", "remedy"} ...]}
[[nodiscard]] std::string to_json(const std::vector<Finding>& findings);

}  // namespace tandem
