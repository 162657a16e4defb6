// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/reasons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace tandem {

Reason make_reason(std::string_view code, std::string_view address, std::string_view adapter,
                   std::string_view error) {
    const auto* found = std::find_if(kReasonTexts.begin(), kReasonTexts.end(),
                                     [&](const ReasonText& text) { return text.code == code; });
    assert(found != kReasonTexts.end());
    return {std::string(code),
            fmt::format(fmt::runtime(found->sentence), fmt::arg("address", address),
                        fmt::arg("adapter", adapter.empty() ? "(any)" : adapter),
                        fmt::arg("error", error.empty() ? "no details" : error))};
}

}  // namespace tandem
