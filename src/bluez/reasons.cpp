// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/reasons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <string>

namespace tandem {
namespace {

// "What has happened: what to do."
std::string composed(const ReasonText& text) {
    std::string sentence{text.sentence};
    if (!text.remedy.empty()) sentence.append(": ").append(text.remedy);
    return sentence;
}

}  // namespace

std::string_view word_of(ReasonCode code) {
    if (code == ReasonCode::none) return "";
    const auto* found = std::ranges::find(kReasonTexts, code, &ReasonText::code);
    return found != kReasonTexts.end() ? found->word : "unknown";
}

ReasonCode reason_of(std::string_view word) {
    if (word.empty()) return ReasonCode::none;
    const auto* found = std::ranges::find(kReasonTexts, word, &ReasonText::word);
    return found != kReasonTexts.end() ? found->code : ReasonCode::unknown;
}

Reason make_reason(ReasonCode code, std::string_view address, std::string_view adapter,
                   std::string_view error) {
    const auto* found = std::ranges::find(kReasonTexts, code, &ReasonText::code);
    assert(found != kReasonTexts.end());
    std::string sentence = fmt::format(fmt::runtime(composed(*found)), fmt::arg("address", address),
                                       fmt::arg("adapter", adapter.empty() ? "(any)" : adapter),
                                       fmt::arg("error", error.empty() ? "no details" : error));
    if (!sentence.ends_with('.')) sentence += '.';
    return {code, std::move(sentence)};
}

}  // namespace tandem
