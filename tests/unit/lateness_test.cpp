// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/lateness.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

using namespace std::chrono_literals;

TEST(LatenessMeter, SaysNothingBeforeAThousandObservations) {
    LatenessMeter meter;
    for (int i = 0; i < 999; ++i)
        meter.add(1ms);
    EXPECT_FALSE(meter.usual_worst());
    meter.add(1ms);
    EXPECT_TRUE(meter.usual_worst());
}

TEST(LatenessMeter, LeavesOutOneInAThousandAndNoMore) {
    LatenessMeter rare;
    LatenessMeter usual;
    for (int i = 0; i < 20'000; ++i) {
        rare.add(i % 1001 == 0 ? 9ms : 3100us);
        usual.add(i % 500 == 0 ? 9ms : 3100us);
    }
    EXPECT_EQ(rare.usual_worst(), Duration{3250us});
    EXPECT_EQ(usual.usual_worst(), Duration{9250us});
}

TEST(LatenessMeter, ForgetsWhatIsLongAgo) {
    LatenessMeter meter;
    for (int i = 0; i < 5'000; ++i)
        meter.add(8ms);
    for (int i = 0; i < 500'000; ++i)
        meter.add(2ms);
    EXPECT_EQ(meter.usual_worst(), Duration{2250us});
}

TEST(LatenessMeter, TakesWhatIsEarlyOrFarTooLateAtItsEnds) {
    LatenessMeter early;
    LatenessMeter late;
    for (int i = 0; i < 2'000; ++i) {
        early.add(-3ms);
        late.add(5s);
    }
    EXPECT_EQ(early.usual_worst(), Duration{250us});
    EXPECT_EQ(late.usual_worst(), Duration{16ms});
}

TEST(Guard, IsTheProfilesWhileNothingIsMeasured) {
    EXPECT_EQ(choose_guard(6ms, std::nullopt), 6ms);
}

TEST(Guard, IsTheLatenessAndAWakeUpWithinTwoMillisecondsAndTheProfile) {
    EXPECT_EQ(choose_guard(6ms, Duration{3250us}), Duration{4250us});
    EXPECT_EQ(choose_guard(6ms, Duration{250us}), 2ms);
    EXPECT_EQ(choose_guard(6ms, Duration{16ms}), 6ms);
}

}  // namespace
}  // namespace tandem
