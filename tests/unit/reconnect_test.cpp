// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/reconnect.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tandem {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPage = 5120ms;  // nobody answers

// A speaker that is away, in virtual time: each attempt takes the page timeout.
struct Search {
    Reconnect reconnect{ReconnectPolicy{}};
    Time now{1000s};
    bool air_in_use = true;
    Duration paged{};

    // Pages until `end`; gives the rests between.
    std::vector<Duration> until(Time end) {
        std::vector<Duration> rests;
        while (reconnect.due(air_in_use) < end) {
            rests.push_back(std::max(reconnect.due(air_in_use) - now, Duration{}));
            now = std::max(now, reconnect.due(air_in_use));
            reconnect.on_attempt_began(now);
            now += kPage;
            paged += kPage;
            reconnect.on_attempt_failed(now);
        }
        return rests;
    }
    void lasts_ten_minutes() {
        reconnect.on_lost(now, true);
        until(now + 600s);
    }
};

TEST(Reconnect, BeginsAtOnce) {
    Search search;
    search.reconnect.begin(search.now);
    EXPECT_EQ(search.reconnect.due(true), search.now);
    EXPECT_EQ(search.reconnect.due(false), search.now);
}

TEST(Reconnect, RestsLongerAfterEachAttemptUpToAMinuteFromPageToPage) {
    Search search;
    search.reconnect.on_lost(search.now, true);
    EXPECT_EQ(search.until(search.now + 240s),
              (std::vector<Duration>{1s, 3s, 6s, 12s, 24s, 48s, 54s, 54s}));
}

TEST(Reconnect, NeverGivesUp) {
    Search search;
    search.reconnect.on_lost(search.now, true);
    search.until(search.now + 24h * 365);
    EXPECT_LE(search.reconnect.due(true), search.now + 54s);
}

TEST(Reconnect, TakesABoundedShareOfTheAir) {
    Search search;
    const Time lost = search.now;
    search.reconnect.on_lost(lost, true);
    search.until(lost + 1min);
    EXPECT_LE(search.paged, 21s);  // a third of the first minute
    search.paged = {};
    const Time later = search.now;
    search.until(later + 24h);
    EXPECT_LE(search.paged.count(), Duration(24h).count() * 9 / 100);
}

TEST(Reconnect, SearchesMoreOftenWhileNobodyElsePlays) {
    Search search;
    search.air_in_use = false;
    search.reconnect.on_lost(search.now, true);
    EXPECT_EQ(search.until(search.now + 60s), (std::vector<Duration>{1s, 3s, 6s, 10s, 10s}));
}

TEST(Reconnect, PagesWithinSecondsOfASpeakerThatIsBackAfterTen) {
    for (Duration back = 0s; back <= 15s; back += 100ms) {
        Search search;
        const Time lost = search.now;
        search.reconnect.on_lost(lost, true);
        Time begins = search.reconnect.due(true);
        // Found by the page that runs when it comes back, or else by the next one.
        while (begins + kPage < lost + back) {
            search.reconnect.on_attempt_began(begins);
            search.reconnect.on_attempt_failed(begins + kPage);
            begins = search.reconnect.due(true);
        }
        EXPECT_LE(begins - (lost + back), 6s) << to_ms(back);
    }
}

TEST(Reconnect, PagesAtASignOfLifeInsteadOfRestingOn) {
    Search search;
    search.lasts_ten_minutes();
    search.now += 10s;
    search.reconnect.on_seen(search.now);
    EXPECT_EQ(search.reconnect.due(true), search.now);
}

TEST(Reconnect, DoesNotPageAllTheTimeForASpeakerThatIsSeenAndDoesNotAnswer) {
    Search search;
    search.lasts_ten_minutes();
    search.reconnect.on_seen(search.now);
    EXPECT_EQ(search.reconnect.due(true), search.now + 3s);
}

// A dual-mode speaker that is off and advertises over LE, as any scan of LE tells (blueman#2616,
// home-assistant#93036): the same pages as if nobody had seen it.
TEST(Reconnect, PagesNoMoreOftenForASpeakerThatIsOffAndAdvertises) {
    const auto pages = [](bool advertises) {
        Search search;
        search.lasts_ten_minutes();
        search.reconnect.on_lost(search.now, true);
        int count = 0;
        for (const Time end = search.now + 10min; search.now < end; search.now += 1s) {
            if (advertises) search.reconnect.on_seen(search.now);
            if (search.now < search.reconnect.due(true)) continue;
            ++count;
            search.reconnect.on_attempt_began(search.now);
            search.now += kPage;
            search.reconnect.on_attempt_failed(search.now);
        }
        return count;
    };
    EXPECT_LE(pages(true), pages(false) + 1);
}

TEST(Reconnect, BelievesASightingAgainOnceTheSpeakerHasBeenThere) {
    Search search;
    search.lasts_ten_minutes();
    search.now += 10s;
    search.reconnect.on_seen(search.now);
    search.reconnect.on_attempt_began(search.now);
    search.reconnect.on_attempt_failed(search.now);
    search.reconnect.on_lost(search.now, true);
    for (int i = 0; i < 5; ++i)
        search.reconnect.on_attempt_failed(search.now);
    search.now += 10s;
    search.reconnect.on_seen(search.now);
    EXPECT_EQ(search.reconnect.due(true), search.now);
}

TEST(Reconnect, LeavesASpeakerThatConnectedTheTimeToOpenItsStream) {
    Search search;
    search.lasts_ten_minutes();
    search.reconnect.on_connected(search.now);
    EXPECT_EQ(search.reconnect.due(true), search.now + 1700ms)
        << "well before Linux takes a connection that nobody uses down, after 2 s";
}

TEST(Reconnect, CountsStreamsThatDoNotLastAsFailures) {
    Search search;
    for (const Duration rest : {3s, 6s, 12s}) {
        search.reconnect.on_lost(search.now, false);
        EXPECT_EQ(search.reconnect.due(true), search.now + rest);
    }
    search.reconnect.lasts();
    search.reconnect.on_lost(search.now, false);
    EXPECT_EQ(search.reconnect.due(true), search.now + 3s);
}

TEST(Reconnect, ForgetsALongSearchOnceASpeakerHasStreamedAtAll) {
    Search search;
    search.lasts_ten_minutes();
    search.reconnect.on_lost(search.now, false);
    EXPECT_EQ(search.reconnect.due(true), search.now + 3s);
}

TEST(Reconnect, EndsAnAttemptSoonerWhenNobodyHasAnswered) {
    Search search;
    search.reconnect.on_attempt_began(search.now);
    EXPECT_EQ(search.reconnect.limit(false), search.now + 6s);
    EXPECT_EQ(search.reconnect.limit(true), search.now + 20s);
}

}  // namespace
}  // namespace tandem
