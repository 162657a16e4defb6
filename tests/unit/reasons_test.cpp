// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/reasons.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tandem {
namespace {

TEST(Reasons, HaveDistinctWordsAndWholeSentences) {
    std::set<std::string_view> words;
    for (const auto& text : kReasonTexts) {
        EXPECT_TRUE(words.insert(text.word).second) << text.word;
        const Reason reason = make_reason(text.code, "AA:BB:CC:DD:EE:FF", "hci0", "some error.");
        EXPECT_EQ(reason.sentence.find('{'), std::string::npos) << reason.sentence;
        EXPECT_TRUE(reason.sentence.ends_with('.')) << reason.sentence;
        EXPECT_FALSE(reason.sentence.ends_with("..")) << reason.sentence;
    }
}

TEST(Reasons, AreEachInTheTableAndFoundByTheirWord) {
    for (int code = 1; code < static_cast<int>(ReasonCode::unknown); ++code) {
        const auto reason = static_cast<ReasonCode>(code);
        EXPECT_EQ(reason_of(word_of(reason)), reason) << word_of(reason);
    }
}

TEST(Reasons, OfAnotherVersionAreUnknownAndNotNone) {
    EXPECT_EQ(reason_of("eaten-by-the-dog"), ReasonCode::unknown);
    EXPECT_EQ(reason_of(""), ReasonCode::none);
    EXPECT_TRUE(make_reason(ReasonCode::idle));
    EXPECT_FALSE(Reason{});
}

TEST(Reasons, TellHowToPair) {
    EXPECT_EQ(make_reason(ReasonCode::not_paired, "AA:BB:CC:DD:EE:FF").sentence,
              "Speaker AA:BB:CC:DD:EE:FF is not paired on this machine: put it in pairing mode "
              "and run \"tandemctl pair AA:BB:CC:DD:EE:FF\".");
}

}  // namespace
}  // namespace tandem
