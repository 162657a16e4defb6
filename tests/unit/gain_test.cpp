// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/gain.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tandem/bridge/last_minute.hpp"
#include "tandem/bridge/pace.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;

TEST(Gain, ThatWasSetStaysUntilTheConfiguredOneChanges) {
    Gain gain(-6);
    ASSERT_TRUE(gain.set(-3));
    EXPECT_FALSE(gain.saved());
    gain.configure(-6);
    EXPECT_EQ(gain.in_force_db(), -3);
    gain.configure(-9);
    EXPECT_EQ(gain.in_force_db(), -9);
    EXPECT_TRUE(gain.saved());
}

TEST(Gain, OutsideOfItsRangeChangesNothing) {
    Gain gain(-6);
    for (const double wrong : {-60.5, 12.5, std::nan("")})
        EXPECT_FALSE(gain.set(wrong)) << wrong;
    EXPECT_EQ(gain.set_db(), -6);
}

TEST(Gain, OfAMutedSinkIsNoneAndComesBack) {
    Gain gain(-6);
    gain.mute(true);
    EXPECT_EQ(gain.in_force_db(), -std::numeric_limits<double>::infinity());
    ASSERT_TRUE(gain.set(2));
    EXPECT_TRUE(gain.muted()) << "a gain that is set is for later";
    gain.mute(false);
    EXPECT_EQ(gain.in_force_db(), 2);
}

TEST(LastMinute, HasTheGrowthOfAMinuteAndNoMore) {
    LastMinute drops;
    EXPECT_EQ(drops.growth(), 0U);
    Time now{};
    drops.note(100, now);
    EXPECT_EQ(drops.growth(), 0U) << "what was before is not of this minute";
    drops.note(103, now += 30s);
    EXPECT_EQ(drops.growth(), 3U);
    drops.note(103, now += 30s);
    EXPECT_EQ(drops.growth(), 3U);
    drops.note(103, now += 31s);
    EXPECT_EQ(drops.growth(), 0U);
    drops.note(110, now += 1s);
    EXPECT_EQ(drops.growth(), 7U);
}

TEST(LastMinute, IsTheSameHoweverOftenItIsTold) {
    LastMinute drops;
    const Time begin{};
    for (Duration passed{}; passed <= 60s; passed += 50ms)
        drops.note(passed < 30s ? 0 : 5, begin + passed);
    EXPECT_EQ(drops.growth(), 5U);
    for (Duration passed = 60s; passed <= 92s; passed += 50ms)
        drops.note(5, begin + passed);
    EXPECT_EQ(drops.growth(), 0U);
}

TEST(Pace, IsDueOncePerPeriodAlsoWithALateTimer) {
    Pace pace{1s};
    const Time begin{};
    int due = 0;
    for (int look = 0; look <= 40; ++look) {
        const Duration late = look % 3 == 0 ? 8ms : 0ms;
        due += pace.due(begin + look * 250ms + late) ? 1 : 0;
    }
    EXPECT_EQ(due, 10);
}

}  // namespace
}  // namespace tandem
