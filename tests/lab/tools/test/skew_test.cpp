// SPDX-License-Identifier: GPL-3.0-or-later
// How far two speakers are apart: what is heard of it, and what is only the arrival of packets.
#include "skew.hpp"

#include <gtest/gtest.h>

#include "heard.hpp"
#include "timeline_error.hpp"

namespace lab::test {
namespace {

using namespace std::chrono_literals;

Figures skew_of(const Stream& one, const Stream& other, const Span& span = {}) {
    return skew(heard(one), heard(other), 48000, span);
}

TEST(Skew, TellsWhichSpeakerIsLaterAndByHowMuch) {
    Stream later;
    later.latency = 43750us;
    const Figures figures = skew_of({}, later);
    for (const char* name :
         {"p1_ms", "median_ms", "p99_ms", "content_p1_ms", "content_median_ms", "content_p99_ms"}) {
        EXPECT_NEAR(value(figures, name), 3.75, 0.1) << name;
    }
}

TEST(Skew, IsInTheContentAndNotInTheArrival) {
    Stream delayed;  // sends 50 ms old content at the same cadence
    delayed.content = [](int k) { return std::max<std::int64_t>(0, k * kSamplesPerPacket - 2400); };
    const Figures figures = skew_of({}, delayed);
    EXPECT_NEAR(value(figures, "median_ms"), 50, 0.05);
    EXPECT_NEAR(value(figures, "content_median_ms"), 50, 0.05);
}

TEST(Skew, IsNotMovedByPacketsThatComeLate) {
    Stream uneven;
    uneven.late = [](int k) { return k % 10 == 0 ? Time{8ms} : Time{0}; };
    const Figures figures = skew_of({}, uneven);
    EXPECT_GT(value(figures, "p99_ms"), 7);
    EXPECT_LT(value(figures, "content_spread_ms"), 0.05);
}

TEST(Skew, IsNotMovedByPacketsThatWaitForOthersInTheAir) {
    Stream crowded;  // as with packets of 5 and 8 frames on one adapter
    crowded.late = [](int k) {
        const std::array<Time, 5> waits{0us, 3750us, 0us, 1080us, 0us};
        return waits.at(static_cast<std::size_t>(k % 5)) + Time{k * 7 % 11 * 50us};
    };
    const Figures figures = skew_of({}, crowded);
    EXPECT_NEAR(value(figures, "content_median_ms"), 0, 0.06);
    EXPECT_LT(value(figures, "content_spread_ms"), 0.15);
}

TEST(Skew, ShowsAMoveOfTheContentAtOnce) {
    Stream moved;
    moved.content = [](int k) { return k * kSamplesPerPacket - (k < 150 ? 0 : 48); };
    const Figures figures = skew_of({}, moved);
    EXPECT_NEAR(value(figures, "content_p1_ms"), 0, 0.05);
    EXPECT_NEAR(value(figures, "content_p99_ms"), 1, 0.05);
}

TEST(Skew, FollowsAStreamThatArrivesLaterAndLater) {
    Stream drifting;  // 1 ms in 50 packets, which is one in 1000
    drifting.late = [](int k) { return Time{k * 20us}; };
    const Figures figures = skew_of({}, drifting);
    EXPECT_GT(value(figures, "content_spread_ms"), 3.5);
}

TEST(Skew, IsJudgedInPartsOfARecording) {
    Stream moved;
    moved.content = [](int k) { return k * kSamplesPerPacket - (k < 150 ? 0 : 1440); };
    const Time move = at_aux(150 * kSamplesPerPacket) + moved.latency;
    const Figures before = skew_of({}, moved, {Time::min(), move});
    const Figures after = skew_of({}, moved, {move, Time::max()});
    EXPECT_NEAR(value(before, "content_p99_ms"), 0, 0.05);
    EXPECT_NEAR(value(after, "content_p1_ms"), 30, 0.05);
    EXPECT_TRUE(skew_of({}, moved, {at_aux(1'000'000), Time::max()}).empty());
}

constexpr Time kRealtimeMinusMonotonic = 1'600'000'000s;

// Readings of a bridge whose stream had come to `begin` when the noise began, and whose times are
// off by `error` of the reading's number.
std::vector<TimelineReading> readings(std::int64_t begin, const std::function<Time(int)>& error) {
    std::vector<TimelineReading> result;
    for (int i = 1; i < 50; ++i) {
        const std::int64_t frame = i * 5000;
        result.push_back({begin + frame, at_aux(frame) - kRealtimeMinusMonotonic + error(i)});
    }
    return result;
}

// A speaker whose RTP timestamps are positions of that stream: the encoder holds 73 frames back.
SpeakerResult undelayed(std::int64_t begin) {
    SpeakerResult result = heard({});
    for (Heard& packet : result.heard)
        packet.rtp = begin + packet.position + 73;
    return result;
}

TEST(TimelineError, IsWhatTheBridgesTimeIsOffTheAuxPlayers) {
    const auto error = [](int i) { return Time{i % 2 == 0 ? 400us : 200us}; };
    const Figures figures = timeline_error(readings(1'000'000, error), undelayed(1'000'000),
                                           aux(kRealtimeMinusMonotonic));
    EXPECT_NEAR(value(figures, "error_mean_us"), 300, 5);
    EXPECT_NEAR(value(figures, "error_rms_us"), 100, 5);
    EXPECT_EQ(value(figures, "readings"), 49);
    EXPECT_EQ(value(figures, "start_spread_frames"), 0);
}

TEST(TimelineError, GoesByThePacketsOfItsTime) {
    SpeakerResult restarted = undelayed(1'000'000);
    for (Heard& packet : restarted.heard) {  // the service began anew after the last reading
        if (packet.arrival > at_aux(100'000)) packet.rtp -= 900'000;
    }
    auto before = readings(1'000'000, [](int) { return Time{0}; });
    before.resize(19);
    const Figures figures = timeline_error(before, restarted, aux(kRealtimeMinusMonotonic));
    EXPECT_NEAR(value(figures, "error_mean_us"), 0, 5);
    EXPECT_EQ(value(figures, "start_spread_frames"), 0);
}

TEST(TimelineError, GrowsWithARateThatIsWrong) {
    const auto error = [](int i) { return Time{i * 100us}; };
    const Figures figures =
        timeline_error(readings(0, error), undelayed(0), aux(kRealtimeMinusMonotonic));
    EXPECT_GT(value(figures, "error_rms_us"), 1000);
}

}  // namespace
}  // namespace lab::test
