// SPDX-License-Identifier: GPL-3.0-or-later
#include "bounds.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace lab::test {
namespace {

const Figures kFigures{{"left.jumps", 1}, {"left.latency_p99_ms", 50}, {"skew.median_ms", 0.1}};

bool hold(const std::vector<std::string>& texts) {
    std::vector<Bound> bounds;
    for (const std::string& text : texts)
        bounds.push_back(parse_bound(text));
    return all_hold(bounds, kFigures);
}

TEST(Bounds, HoldOrFail) {
    EXPECT_TRUE(hold({"left.jumps==1", "left.latency_p99_ms<=50", "skew.median_ms>=-1"}));
    EXPECT_FALSE(hold({"left.jumps==0"}));
    EXPECT_FALSE(hold({"left.jumps==0", "left.latency_p99_ms<=50"})) << "the last one is not all";
    EXPECT_FALSE(hold({"left.latency_p99_ms<=49.9"}));
    EXPECT_FALSE(hold({"skew.median_ms>=0.2"}));
}

TEST(Bounds, DoNotHoldForWhatWasNotMeasured) {
    EXPECT_FALSE(hold({"right.jumps==0"}));
}

TEST(Bounds, AreRefusedWhenTheyAreNone) {
    for (const char* text : {"left.jumps", "left.jumps<=", "<=3", "left.jumps<=3x", "left.jumps=3"})
        EXPECT_THROW((void)parse_bound(text), std::runtime_error) << text;
}

}  // namespace
}  // namespace lab::test
