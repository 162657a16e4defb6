// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/host/fault_limit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr Time kLimitNoon{12h};

TEST(FaultLimit, LetsTheSameFaultThroughOnceAnHour) {
    FaultLimit limit;
    EXPECT_EQ(limit.line_for("a", kLimitNoon), "a");
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(limit.line_for("a", kLimitNoon + 1s * i), std::nullopt);
    EXPECT_EQ(limit.line_for("a", kLimitNoon + 1h), "a");
}

TEST(FaultLimit, LetsAFewDifferentOnesThroughAndSaysWhenItStops) {
    FaultLimit limit;
    int lines = 0;
    std::string last;
    for (int i = 0; i < 1000; ++i) {
        if (const auto line = limit.line_for(std::to_string(i), kLimitNoon)) {
            ++lines;
            last = *line;
        }
    }
    EXPECT_EQ(lines, FaultLimit::kMost);
    EXPECT_THAT(last, HasSubstr("not logged for an hour"));
}

}  // namespace
}  // namespace tandem
