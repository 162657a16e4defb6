// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/base/units.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

constexpr SampleRate kCdRate{44100};
constexpr SampleRate kDatRate{48000};

TEST(Units, ConvertAPeriodWithoutDividingFirst) {
    EXPECT_EQ(duration_of(Frames{128}, kCdRate).count(), 2'902'494);  // not 128 * 22675 = 2'902'400
    EXPECT_EQ(duration_of(Frames{128}, kDatRate).count(), 2'666'666);
}

TEST(Units, FramesSurviveTheRoundTripAtBothRates) {
    for (const SampleRate rate : {kCdRate, kDatRate})
        for (std::int64_t frames = -50'000; frames < 50'000; frames += 37)
            EXPECT_EQ(frames_in(duration_of(Frames{frames}, rate), rate).count, frames);
}

TEST(Units, AYearOfFramesIsExact) {
    const Frames year{44100LL * 86400 * 365};
    EXPECT_EQ(duration_of(year, kCdRate), std::chrono::hours(24 * 365));
    EXPECT_EQ(frames_in(std::chrono::hours(24 * 365), kCdRate), year);
}

TEST(Units, FramesAreRoundedToTheNearest) {
    EXPECT_EQ(frames_in(Duration{10'416}, kDatRate).count, 0);  // half a frame is 10416.67 ns
    EXPECT_EQ(frames_in(Duration{10'417}, kDatRate).count, 1);
    EXPECT_EQ(frames_in(Duration{-10'417}, kDatRate).count, -1);
}

TEST(Units, MillisecondsRoundToTheNanosecond) {
    EXPECT_EQ(from_ms(2.9).count(), 2'900'000);
    EXPECT_EQ(from_ms(-0.0000005).count(), -1);
    EXPECT_DOUBLE_EQ(to_ms(Duration{90'500'000}), 90.5);
}

}  // namespace
}  // namespace tandem
