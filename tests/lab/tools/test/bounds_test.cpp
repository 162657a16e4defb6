// SPDX-License-Identifier: GPL-3.0-or-later
#include "bounds.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace lab::test {
namespace {

const Figures kFigures{{"left.jumps", 1}, {"left.latency_p99_ms", 50}, {"skew.median_ms", 0.1}};

Verdict verdict(const std::vector<std::string>& texts, double standstill_ms) {
    std::vector<Bound> bounds;
    for (const std::string& text : texts)
        bounds.push_back(parse_bound(text));
    return judge(bounds, kFigures, standstill_ms);
}

TEST(Bounds, HoldOrFail) {
    EXPECT_EQ(verdict({"left.jumps==1", "left.latency_p99_ms<=50", "skew.median_ms>=-1"}, 0),
              Verdict::held);
    EXPECT_EQ(verdict({"left.jumps==0"}, 0), Verdict::failed);
    EXPECT_EQ(verdict({"left.latency_p99_ms<=49.9"}, 0), Verdict::failed);
    EXPECT_EQ(verdict({"skew.median_ms>=0.2"}, 0), Verdict::failed);
}

TEST(Bounds, DoNotHoldForWhatWasNotMeasured) {
    EXPECT_EQ(verdict({"right.jumps==0"}, 0), Verdict::failed);
    EXPECT_EQ(verdict({"right.latency_p99_ms<=40"}, 1000), Verdict::failed);
}

TEST(Bounds, ExcuseLatenessByAMachineThatStoodStill) {
    EXPECT_EQ(verdict({"left.latency_p99_ms<=40"}, 59), Verdict::failed);
    EXPECT_EQ(verdict({"left.latency_p99_ms<=40"}, 61), Verdict::disturbed);
}

TEST(Bounds, ExcuseLossOnlyByAStandstillThatNoQueueOutlasts) {
    EXPECT_EQ(verdict({"left.jumps==0"}, 61), Verdict::failed);
    EXPECT_EQ(verdict({"left.jumps==0"}, 241), Verdict::disturbed);
    EXPECT_EQ(verdict({"left.jumps==0", "left.latency_p99_ms<=40"}, 61), Verdict::failed);
    EXPECT_EQ(verdict({"left.latency_p99_ms<=40", "left.jumps==0"}, 61), Verdict::failed);
}

TEST(Bounds, AreRefusedWhenTheyAreNone) {
    for (const char* text : {"left.jumps", "left.jumps<=", "<=3", "left.jumps<=3x", "left.jumps=3"})
        EXPECT_THROW((void)parse_bound(text), std::runtime_error) << text;
}

}  // namespace
}  // namespace lab::test
