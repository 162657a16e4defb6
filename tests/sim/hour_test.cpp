// SPDX-License-Identifier: GPL-3.0-or-later
// The whole engine, with samples and SBC, for a virtual hour: what the speakers play is what was at
// the aux jack, and they play it together.
#include <gtest/gtest.h>

#include "sim/model/month.hpp"

namespace tandem::sim {
namespace {

using namespace std::chrono_literals;

// Noise with most of its power at the low end, as music has it.
std::vector<StereoFrame> rumble() {
    std::vector<StereoFrame> sound(1 << 18);
    Dice dice(11);
    double left = 0;
    double right = 0;
    for (StereoFrame& frame : sound) {
        left += 0.3 * (dice.between(-12'000.0, 12'000.0) - left);
        right += 0.3 * (dice.between(-12'000.0, 12'000.0) - right);
        frame = {static_cast<std::int16_t>(left), static_cast<std::int16_t>(right)};
    }
    return sound;
}

RoomSettings whole_room() {
    RoomSettings room = lively_room();
    room.depth = Depth::samples;
    room.card.crystal.ppm = -150;
    room.card.sound = rumble();
    room.happenings = {10min, 2min, 2min};
    return room;
}

// SBC keeps this noise 14 dB above its error; a frame early or late it is 2 dB, and one SBC frame
// that is lost or repeated in a stretch of 100 ms costs 4 dB.
void expect_the_input(const Heard& heard) {
    EXPECT_GE(heard.worst_snr_db, 12.5);
    EXPECT_LE(heard.best_shifted_db, 5.0);
    EXPECT_EQ(heard.decode_errors, 0U);
}

TEST(WholeHour, PlaysWhatWasAtTheAuxJackInStep) {
    LivingRoom room(whole_room());
    room.run(1h);
    EXPECT_LE(room.record().skew().magnitude(0.999), 0.2);
    EXPECT_GT(room.card().xruns(), 3U);
    const auto filled = static_cast<std::uint64_t>(room.map().frames_filled().count);
    EXPECT_EQ(room.snapshot().intake.frames_filled, filled);
    EXPECT_EQ(room.snapshot().intake.frames_skipped, 0U);
    EXPECT_EQ(room.snapshot().intake.parted, 0U);
    for (const std::size_t sink : {0U, 1U}) {
        const Heard& heard = room.heard(sink);
        expect_the_input(heard);
        // All of the hour was compared, and silence stood where the card lost frames, only there.
        EXPECT_GT(heard.frames, 3598U * 48'000);
        EXPECT_EQ(heard.frames_lost, filled);
        EXPECT_EQ(room.record().sinks[sink].jumps, 0U);
        EXPECT_EQ(room.record().sinks[sink].missing, 0U);
        EXPECT_EQ(room.record().sinks[sink].underruns, 0U);
    }
}

TEST(Depths, SendTheSameContentAtTheSameTimes) {
    RoomSettings settings = whole_room();
    LivingRoom samples(settings);
    settings.depth = Depth::positions;
    LivingRoom positions(settings);
    samples.run(6min);
    positions.run(6min);
    ASSERT_GT(samples.record().skew().count(), 700U);
    EXPECT_EQ(samples.record().skew().count(), positions.record().skew().count());
    for (const double part : {0.0, 0.1, 0.5, 0.9, 1.0})
        EXPECT_EQ(samples.record().skew().percentile(part),
                  positions.record().skew().percentile(part));
    for (const std::size_t sink : {0U, 1U})
        EXPECT_EQ(samples.record().sinks[sink].packets, positions.record().sinks[sink].packets);
}

TEST(WholeHour, PlaysTheInputAfterEveryChangeOfDelay) {
    RoomSettings settings = whole_room();
    settings.happenings = {5min, 2min, 2min, 90s, 60s, 4min};
    LivingRoom room(settings);
    room.run(20min);
    EXPECT_GT(room.record().changes, 15U);
    EXPECT_GT(room.record().restarts, 3U);
    for (const std::size_t sink : {0U, 1U}) {
        expect_the_input(room.heard(sink));
        EXPECT_GT(room.heard(sink).frames, 600U * 48'000);
        EXPECT_EQ(room.record().sinks[sink].missing, 0U);
    }
}

}  // namespace
}  // namespace tandem::sim
