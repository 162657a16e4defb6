// SPDX-License-Identifier: GPL-3.0-or-later
// What comes between a card and its timeline: stalls, jumps, gaps, a clock that is slewed, another
// card.
#include <gtest/gtest.h>

#include <cmath>

#include "unit/timeline_bench.hpp"

namespace tandem {
namespace {

using namespace test;

TEST(Timeline, LeavesOutAStallOfThirtyMilliseconds) {
    for (const Duration before : {Duration{300ms}, Duration{30s}}) {
        Timeline timeline(SampleRate{48000});
        Card card(kPerfect, 0);
        card.observe(timeline, before);
        const Position next = card.now() + Frames{128};
        const Time expected = timeline.time_of(next);
        EXPECT_EQ(timeline.observe(next, card.true_time(next) + 30ms), Observed::left_out);
        EXPECT_EQ(timeline.time_of(next), expected);
    }
}

TEST(Timeline, AFirstObservationThatWasLateIsForgottenAtTheNext) {
    Timeline timeline(SampleRate{48000});
    Card card(kPerfect, 0);
    timeline.observe(Position{0}, card.true_time(Position{0}) + 45ms);
    card.observe(timeline, 100ms);
    EXPECT_NEAR(to_ms(timeline.time_of(card.now()) - card.true_time(card.now())), 0, 0.1);
}

TEST(Timeline, DoesNotStepOnceLockedButTellsThatCountAndClockParted) {
    Timeline timeline(SampleRate{48000});
    Card card(kPerfect, 0);
    card.observe(timeline, 30s);
    int parted = 0;
    for (int i = 0; i < 400; ++i) {
        const Time expected = timeline.time_of(card.now());
        card.skip(duration_of(Frames{128}, SampleRate{48000}));
        parted += timeline.observe(card.now(), card.true_time(card.now()) + 1s) == Observed::parted;
        EXPECT_NEAR(to_ms(timeline.time_of(card.now()) - expected), 128 / 48.0, 1e-3);
    }
    EXPECT_EQ(parted, 2);
    EXPECT_EQ(timeline.state(), TimelineState::locked);
}

TEST(Timeline, WhileLockingAShiftForGoodStartsItAnew) {
    Timeline timeline(SampleRate{48000});
    Card card(kPerfect, 0);
    card.observe(timeline, 1s);
    card.shift(1s);
    card.observe(timeline, 800ms);
    EXPECT_NEAR(to_ms(timeline.time_of(card.now()) - card.true_time(card.now())), 1000, 0.1);
}

TEST(Timeline, FollowsASmallShiftWithoutAStep) {
    Timeline timeline(SampleRate{48000});
    Card card(kPerfect, 0);
    card.observe(timeline, 30s);
    card.shift(3ms);
    double fastest_us = 0;
    double before_us = 0;
    for (int i = 0; i < 600; ++i) {
        card.observe(timeline, 100ms);
        const double off = to_ms(timeline.time_of(card.now()) - card.true_time(card.now())) * 1e3;
        fastest_us = std::max(fastest_us, std::abs(off - before_us));
        before_us = off;
    }
    EXPECT_LT(fastest_us, 200) << "in a tenth of a second";
    EXPECT_NEAR(before_us, 3000, 50);
}

TEST(Timeline, AGapInTheObservationsWeighsNoMoreThanTheirJitter) {
    Timeline timeline(SampleRate{48000});
    Card card(kUneven, 100);
    card.observe(timeline, 60s);
    const double rate = timeline.rate_ppm();
    card.skip(60s);
    card.observe(timeline, 10ms);
    EXPECT_NEAR(timeline.rate_ppm(), rate, 3);
}

// Rates as NTP slews CLOCK_MONOTONIC: 500 ppm is the most that the kernel allows.
TEST(Timeline, KeepsUpWithAClockThatIsSlewedHoweverOldTheLock) {
    for (const double slew : {100e-6, 500e-6}) {
        Timeline timeline(SampleRate{48000});
        Card card(kUneven, 60);
        card.observe(timeline, 3600s);
        const Duration mean = timeline.time_of(card.now()) - card.true_time(card.now());
        double worst_ms = 0;
        Duration slewed{0};
        for (int i = 0; i < 3000; ++i) {
            const Duration step = from_ms(slew * 100);
            card.shift(step);
            slewed += step;
            card.observe(timeline, 100ms);
            const Duration off = timeline.time_of(card.now()) - card.true_time(card.now());
            worst_ms = std::max(worst_ms, std::abs(to_ms(off - mean - slewed)));
        }
        EXPECT_LT(worst_ms, slew > 200e-6 ? 6 : 3) << slew;
        EXPECT_NEAR(timeline.rate_ppm(), 60 - slew * 1e6, 15) << slew;
    }
}

TEST(Timeline, APlacingByALateObservationMovesItByNoMoreThanTwentyPpm) {
    for (const Duration late : {Duration{-2ms}, Duration{3ms}}) {
        Timeline timeline(SampleRate{48000});
        Card card(kUneven, 60);
        card.observe(timeline, 60s);
        const double rate = timeline.rate_ppm();
        timeline.count_anew();
        card.shift(late);
        double fastest_ppm = 0;
        for (int i = 0; i < 200; ++i) {
            card.observe(timeline, 1s);
            fastest_ppm = std::max(fastest_ppm, std::abs(timeline.rate_ppm() - rate));
        }
        EXPECT_LT(fastest_ppm, 45) << "20 of them, and what jitter and temperature do";
        const Duration off = timeline.time_of(card.now()) - card.true_time(card.now());
        EXPECT_NEAR(to_ms(off), to_ms(late) + 2, 0.3);
    }
}

TEST(Timeline, IsReadyForTheRateOfAnotherCard) {
    Timeline timeline(SampleRate{48000});
    Position at{0};
    Time time{5s};
    const auto play = [&](double ppm, Duration length) {
        double ns = 0;
        for (const Position until = at + frames_in(length, SampleRate{48000}); at < until;) {
            at += Frames{128};
            ns += 128e9 / 48000 / (1 + ppm / 1e6);
            timeline.observe(at, time + Duration{std::llround(ns)});
        }
        time += Duration{std::llround(ns)};
    };
    play(-150, 60s);
    timeline.expect_new_rate();
    EXPECT_EQ(timeline.state(), TimelineState::locked);
    play(150, 5s);
    EXPECT_NEAR(timeline.rate_ppm(), 150, 3);
}

// No time passes between them: what followed from it would be divided by it.
TEST(Timeline, LeavesOutAPositionThatIsSeenTwice) {
    Timeline timeline{SampleRate{48000}};
    const Time start{std::chrono::seconds{100}};
    for (std::int64_t i = 0; i < 10; ++i)
        (void)timeline.observe(Position{i * 480}, start + i * std::chrono::milliseconds{10});
    const Position newest{9 * 480};
    const Time before = timeline.time_of(newest + Frames{48'000});
    EXPECT_EQ(timeline.observe(newest, start + std::chrono::milliseconds{95}), Observed::left_out);
    EXPECT_EQ(timeline.time_of(newest + Frames{48'000}), before);
    EXPECT_TRUE(std::isfinite(timeline.rate_ppm()));
}

}  // namespace
}  // namespace tandem
