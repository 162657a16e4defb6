// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/latency_report.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

using namespace std::chrono_literals;
using News = LatencyReport::News;
using Origin = LatencyReport::Origin;

constexpr Time kStart{1000s};

// A report with its time since the start and what is in force once it has been told.
struct Step {
    Duration at;
    Duration reported;
    Duration in_force;
    News news = News::none;
};

// Tells each step at its time, and lets waits end when they are due, as the loop does.
struct Table {
    LatencyReport report;
    int taken = 0;

    void let_pass(Time until) {
        while (report.due() && *report.due() <= until) {
            const Time due = *report.due();
            ASSERT_EQ(report.settle(due - 1ns), News::none);
            ASSERT_EQ(report.settle(due), News::taken);
            ++taken;
        }
    }
    void run(std::initializer_list<Step> steps) {
        for (const Step& step : steps) {
            SCOPED_TRACE(to_ms(step.at));
            let_pass(kStart + step.at);
            EXPECT_EQ(report.report(step.reported, kStart + step.at), step.news);
            ASSERT_TRUE(report.value());
            EXPECT_EQ(*report.value(), step.in_force);
        }
    }
};

TEST(LatencyReport, TheFirstOfAStreamCountsAtOnce) {
    Table table;
    EXPECT_EQ(table.report.value(), std::nullopt);
    table.run({{0s, 120ms, 120ms, News::taken}});
    table.report.start_stream();
    EXPECT_EQ(table.report.origin(), Origin::remembered);
    table.run({{10s, 120500us, 120500us, News::taken}});
    EXPECT_EQ(table.report.origin(), Origin::reported);
}

TEST(LatencyReport, WhatWasRememberedHoldsUntilTheStreamReports) {
    Table table;
    table.report.remember(210500us);
    table.report.start_stream();
    EXPECT_EQ(table.report.value(), 210500us);
    EXPECT_EQ(table.report.origin(), Origin::remembered);
    EXPECT_EQ(table.report.heard(), std::nullopt);
    table.run({{0s, 180ms, 180ms, News::taken}});
    EXPECT_EQ(table.report.heard(), kStart);
}

TEST(LatencyReport, ARememberedValueThatIsAbsurdIsForgotten) {
    LatencyReport report;
    report.remember(0ms);
    report.remember(1001ms);
    EXPECT_EQ(report.value(), std::nullopt);
    EXPECT_EQ(report.origin(), Origin::none);
}

TEST(LatencyReport, AChangeCountsOnceItHasStoodStillForTwoSeconds) {
    Table table;
    table.run({{0s, 120ms, 120ms, News::taken}, {30s, 150ms, 120ms}});
    EXPECT_EQ(table.report.due(), kStart + 32s);
    table.let_pass(kStart + 32s);
    EXPECT_EQ(table.report.value(), 150ms);
    EXPECT_EQ(table.report.due(), std::nullopt);
}

TEST(LatencyReport, ARepeatedReportDoesNotProlongTheWait) {
    Table table;
    table.run({{0s, 120ms, 120ms, News::taken},
               {30s, 150ms, 120ms},
               {31s, 150ms, 120ms},
               {31500ms, 150900us, 120ms},
               {32s, 150ms, 150ms}});
}

TEST(LatencyReport, ChangesOfLessThanAMillisecondMoveNothing) {
    Table table;
    table.run({{0s, 120ms, 120ms, News::taken},
               {10s, 120900us, 120ms},
               {20s, 119100us, 120ms},
               {30s, 120100us, 120ms}});
    EXPECT_EQ(table.report.due(), std::nullopt);
    EXPECT_EQ(table.report.heard(), kStart + 30s);
}

TEST(LatencyReport, ManySmallChangesInOneDirectionAreFollowed) {
    Table table;
    table.run({{0s, 120ms, 120ms, News::taken},
               {10s, 120600us, 120ms},
               {20s, 121200us, 120ms},
               {30s, 121200us, 121200us}});
}

TEST(LatencyReport, OneThatFlapsEverySecondMovesNothingAndIsNamedOnce) {
    Table table;
    table.run({{0s, 120ms, 120ms, News::taken}});
    int named = 0;
    for (int second = 1; second <= 3600; ++second) {
        const Time now = kStart + std::chrono::seconds(second);
        table.let_pass(now);
        named += table.report.report(second % 2 ? 150ms : 120ms, now) == News::unsteady;
        ASSERT_EQ(table.report.value(), 120ms) << second;
    }
    EXPECT_EQ(named, 1);
    EXPECT_EQ(table.taken, 0);
}

TEST(LatencyReport, OneThatWandersEveryThreeSecondsIsFollowedTwiceAtMost) {
    Table table;
    table.run({{0s, 100ms, 100ms, News::taken}});
    for (int step = 1; step <= 100; ++step) {
        const Time now = kStart + std::chrono::seconds(3 * step);
        table.let_pass(now);
        (void)table.report.report(100ms + std::chrono::milliseconds(step * 37 % 100), now);
    }
    EXPECT_LE(table.taken, 2);
}

TEST(LatencyReport, AfterAFlapTheLastWordIsTakenWithinEightSeconds) {
    Table table;
    table.run({{0s, 120ms, 120ms, News::taken},
               {10s, 150ms, 120ms},
               {11s, 120ms, 120ms},
               {12s, 150ms, 120ms, News::unsteady},
               {13s, 120ms, 120ms},
               {14s, 150ms, 120ms}});
    EXPECT_EQ(table.report.due(), kStart + 22s);
    table.let_pass(kStart + 22s);
    EXPECT_EQ(table.report.value(), 150ms);
}

TEST(LatencyReport, AfterAQuietMinuteTheWaitIsShortAgain) {
    Table table;
    table.run({{0s, 120ms, 120ms, News::taken},
               {10s, 150ms, 120ms},
               {11s, 120ms, 120ms},
               {72s, 150ms, 120ms}});
    EXPECT_EQ(table.report.due(), kStart + 74s);
}

TEST(LatencyReport, AnAbsurdOneIsNeverUsedAndNamedOnceAStream) {
    Table table;
    EXPECT_EQ(table.report.report(19900us, kStart), News::absurd);
    EXPECT_EQ(table.report.value(), std::nullopt);
    table.run({{1s, 120ms, 120ms, News::taken},
               {2s, 0ms, 120ms},
               {3s, -5ms, 120ms},
               {4s, 1001ms, 120ms},
               {5s, 6553500us, 120ms}});
    EXPECT_EQ(table.report.heard(), kStart + 1s);
    table.report.start_stream();
    EXPECT_EQ(table.report.report(1001ms, kStart + 10s), News::absurd);
    EXPECT_EQ(table.report.value(), 120ms);
    table.run({{20s, 1s, 1s, News::taken}});
}

TEST(LatencyReport, AnAbsurdOneDoesNotEndTheWaitOfAChange) {
    Table table;
    table.run({{0s, 120ms, 120ms, News::taken},
               {10s, 150ms, 120ms},
               {11s, 0ms, 120ms, News::absurd},
               {12s, 150ms, 150ms}});
}

TEST(LatencyReport, ANewStreamForgetsAChangeThatHadNotSettled) {
    Table table;
    table.run({{0s, 120ms, 120ms, News::taken}, {10s, 150ms, 120ms}});
    table.report.start_stream();
    EXPECT_EQ(table.report.due(), std::nullopt);
    EXPECT_EQ(table.report.value(), 120ms);
}

}  // namespace
}  // namespace tandem
