// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/a2dp/adaptation.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

// A link, a second at a time.
struct LinkOfASecond {
    BitpoolAdaptation adaptation{SbcConfig{}};
    LinkUse use;

    int passes(int seconds, std::uint64_t sent, std::uint64_t waited, std::uint64_t dropped = 0) {
        for (int i = 0; i < seconds; ++i) {
            use = {use.sent + sent, use.waited + waited, use.dropped + dropped};
            adaptation.look(use);
        }
        return adaptation.bitpool();
    }
    int is_free(int seconds) { return passes(seconds, 47, 0); }
    int is_congested(int seconds) { return passes(seconds, 40, 40, 7); }
};

TEST(BitpoolAdaptation, LeavesALinkAloneThatKeepsUp) {
    LinkOfASecond link;
    EXPECT_EQ(link.is_free(3600), 51);
    EXPECT_EQ(link.passes(3600, 47, 5), 51);
}

TEST(BitpoolAdaptation, GoesDownAStepForEachTwoCongestedSeconds) {
    LinkOfASecond link;
    EXPECT_EQ(link.is_congested(1), 51);
    EXPECT_EQ(link.is_congested(1), 34);
    EXPECT_EQ(link.is_congested(2), 25);
    EXPECT_EQ(link.is_congested(2), 19);
    EXPECT_EQ(link.is_congested(100), 19);
}

TEST(BitpoolAdaptation, KeepsWhatItFoundForTheNextStreamOfTheSameLink) {
    LinkOfASecond link;
    EXPECT_EQ(link.is_congested(3), 34);
    link.adaptation.begin_stream();
    link.use = {};
    EXPECT_EQ(link.is_free(1), 34) << "nothing was lost since the stream began";
    EXPECT_EQ(link.is_free(29), 51);
}

TEST(BitpoolAdaptation, TakesOneBadSecondForNoTrend) {
    LinkOfASecond link;
    for (int i = 0; i < 100; ++i) {
        link.is_congested(1);
        EXPECT_EQ(link.is_free(1), 51);
    }
}

TEST(BitpoolAdaptation, TakesASilentLinkForNoneThatIsSlow) {
    LinkOfASecond link;
    EXPECT_EQ(link.passes(20, 0, 47, 47), 51);
    EXPECT_EQ(link.is_congested(1), 51);
}

TEST(BitpoolAdaptation, GoesUpAgainStepByStepHalfAMinuteEach) {
    LinkOfASecond link;
    link.is_congested(4);
    EXPECT_EQ(link.is_free(29), 25);
    EXPECT_EQ(link.is_free(1), 34);
    EXPECT_EQ(link.is_free(29), 34);
    EXPECT_EQ(link.is_free(1), 51);
}

TEST(BitpoolAdaptation, WaitsTwiceAsLongAfterAStepUpThatWasWrong) {
    LinkOfASecond link;
    link.is_congested(2);
    for (const int patience : {30, 60, 120, 240, 300, 300}) {
        EXPECT_EQ(link.is_free(patience - 1), 34);
        EXPECT_EQ(link.is_free(1), 51);
        EXPECT_EQ(link.is_congested(2), 34);
    }
}

TEST(BitpoolAdaptation, ForgetsThatOnceAStepUpHasLasted) {
    LinkOfASecond link;
    link.is_congested(2);
    link.is_free(30);
    link.is_congested(2);
    link.is_free(60 + 30);
    link.is_congested(2);
    EXPECT_EQ(link.is_free(30), 51);
}

TEST(BitpoolAdaptation, StaysWithinWhatWasNegotiated) {
    SbcConfig config;
    config.bitpool = 35;
    config.min_bitpool = 20;
    BitpoolAdaptation adaptation{config};
    LinkUse use;
    for (int i = 0; i < 100; ++i) {
        use = {use.sent + 40, use.waited + 40, use.dropped};
        EXPECT_GE(adaptation.look(use), 20);
    }
    EXPECT_EQ(adaptation.bitpool(), 23);
}

}  // namespace
}  // namespace tandem
