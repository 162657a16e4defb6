// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/reasons.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tandem {
namespace {

TEST(Reasons, HaveDistinctCodesAndWholeSentences) {
    std::vector<std::string_view> codes;
    for (const auto& text : kReasonTexts) {
        codes.push_back(text.code);
        const Reason reason = make_reason(text.code, "AA:BB:CC:DD:EE:FF", "hci0", "some error.");
        EXPECT_EQ(reason.sentence.find('{'), std::string::npos) << reason.sentence;
        EXPECT_TRUE(reason.sentence.ends_with('.') || reason.sentence.ends_with(')'))
            << reason.sentence;
    }
    std::sort(codes.begin(), codes.end());
    EXPECT_EQ(std::adjacent_find(codes.begin(), codes.end()), codes.end());
}

TEST(Reasons, TellHowToPair) {
    EXPECT_EQ(make_reason("not-paired", "AA:BB:CC:DD:EE:FF").sentence,
              "Speaker AA:BB:CC:DD:EE:FF is not paired on this machine: put it in pairing mode "
              "and run \"tandemctl pair AA:BB:CC:DD:EE:FF\".");
}

}  // namespace
}  // namespace tandem
