// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/timeline.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace tandem {
namespace {

using namespace std::chrono_literals;

constexpr SampleRate kRate{48000};

// A card whose clock is off by `ppm` and whose observations are late by up to `jitter`.
class Card {
  public:
    Card(double ppm, Duration jitter) : ppm_(ppm), jitter_(jitter) {}

    [[nodiscard]] Time true_time(Position position) const {
        const double seconds = static_cast<double>(position.frames) / kRate.hz / (1 + ppm_ / 1e6);
        return Time{5s} + Duration{std::llround(seconds * 1e9)};
    }
    void observe(Timeline& timeline, Duration length) {
        const Position until = now_ + frames_in(length, kRate);
        for (; now_ < until; now_ += Frames{128}) {
            std::uniform_int_distribution<std::int64_t> late(0, jitter_.count());
            timeline.observe(now_, true_time(now_) + Duration{late(random_)});
        }
    }
    [[nodiscard]] Position now() const { return now_; }
    void skip(Frames frames) { now_ += frames; }

  private:
    double ppm_;
    Duration jitter_;
    Position now_{0};
    std::mt19937 random_{7};
};

TEST(Timeline, IsNominalAfterTheFirstObservation) {
    Timeline timeline(kRate);
    timeline.observe(Position{1000}, Time{7s});
    EXPECT_EQ(timeline.time_of(Position{1000 + 48000}), Time{8s});
    EXPECT_EQ(timeline.position_at(Time{6s}), Position{1000 - 48000});
}

TEST(Timeline, FindsTheRateOfTheCard) {
    for (const double ppm : {-150.0, 0.0, 60.0, 150.0}) {
        Timeline timeline(kRate);
        Card card(ppm, 0ns);
        card.observe(timeline, 60s);
        EXPECT_NEAR(timeline.rate_ppm(), ppm, 0.5);
        EXPECT_TRUE(timeline.locked());
    }
}

TEST(Timeline, FollowsAJitteryCardToATenthOfAMillisecondBesidesTheMeanLateness) {
    Timeline timeline(kRate);
    Card card(80, 4ms);
    card.observe(timeline, 60s);
    double worst_ms = 0;
    for (int i = 0; i < 300; ++i) {
        card.observe(timeline, 100ms);
        const Duration error = timeline.time_of(card.now()) - card.true_time(card.now()) - 2ms;
        worst_ms = std::max(worst_ms, std::abs(to_ms(error)));
    }
    EXPECT_LT(worst_ms, 0.3);
    EXPECT_NEAR(timeline.jitter_rms_ns(), 4e6 / std::sqrt(12.0), 3e5);
}

TEST(Timeline, InvertsItself) {
    Timeline timeline(kRate);
    Card card(-120, 1ms);
    card.observe(timeline, 20s);
    for (std::int64_t ahead = -100'000; ahead < 100'000; ahead += 777) {
        const Position position = card.now() + Frames{ahead};
        EXPECT_LE(std::abs((timeline.position_at(timeline.time_of(position)) - position).count), 1);
    }
}

TEST(Timeline, IgnoresAStallOfThirtyMilliseconds) {
    Timeline timeline(kRate);
    Card card(0, 0ns);
    card.observe(timeline, 30s);
    const Time before = timeline.time_of(card.now());
    timeline.observe(card.now(), card.true_time(card.now()) + 30ms);
    EXPECT_EQ(timeline.time_of(card.now()), before);
}

TEST(Timeline, StartsAnewWhenEverythingMovedForGood) {
    Timeline timeline(kRate);
    Card card(0, 0ns);
    card.observe(timeline, 30s);
    for (int i = 0; i < 400; ++i) {
        card.skip(Frames{128});
        timeline.observe(card.now(), card.true_time(card.now()) + 1s);
    }
    EXPECT_LT(std::abs(to_ms(timeline.time_of(card.now()) - card.true_time(card.now()) - 1s)), 1);
}

TEST(Timeline, DoesNotDriftOverAYear) {
    Timeline timeline(kRate);
    const std::int64_t day = 48000LL * 86400;
    // Ten seconds of observations at each end of a year: positions far from zero stay exact.
    for (const std::int64_t start : {std::int64_t{0}, 365 * day}) {
        timeline.reset();
        for (std::int64_t at = start; at < start + 480'000; at += 128)
            timeline.observe(Position{at}, Time{duration_of(Frames{at}, kRate)});
        EXPECT_NEAR(to_ms(timeline.time_of(Position{start + 480'000}) -
                          Time{duration_of(Frames{start + 480'000}, kRate)}),
                    0, 1e-4);
    }
}

}  // namespace
}  // namespace tandem
