// SPDX-License-Identifier: GPL-3.0-or-later
// The engine without samples, for days and a month: skew, losses and latency.
#include <gtest/gtest.h>

#include "sim/model/month.hpp"
#include "sim/virtual_days.hpp"

namespace tandem::sim {
namespace {

using namespace std::chrono_literals;

// When and how finely a card shows its position.
struct Grid {
    Duration tick;
    Frames grain;
    SampleRate rate{48000};
};
constexpr Grid kUsb{1ms, {128}};     // whole periods, each millisecond
constexpr Grid kCoarse{4ms, {128}};  // whole periods, at ticks that do not divide them
constexpr Grid kUsb441{1ms, {441}, {44100}};

// Nothing was lost but what the card lost, and every jump of the content was asked for.
void expect_no_loss(LivingRoom& room, const Grid& card) {
    const EngineSnapshot snapshot = room.snapshot();
    EXPECT_EQ(snapshot.intake.restarts, room.card().xruns());
    EXPECT_EQ(snapshot.intake.stalls, 0U);
    EXPECT_EQ(snapshot.intake.parted, 0U);
    EXPECT_EQ(snapshot.intake.frames_skipped, 0U);
    EXPECT_EQ(snapshot.intake.frames_filled,
              static_cast<std::uint64_t>(room.map().frames_filled().count));
    // The stream is what was read, each frame once, and the silence.
    const std::int64_t read =
        room.card().taken() - static_cast<std::int64_t>(room.card().frames_lost());
    EXPECT_EQ(snapshot.position.frames,
              read + static_cast<std::int64_t>(snapshot.intake.frames_filled));
    // Each gap is as long as what was lost, to a tick and a period.
    const double error = std::abs(static_cast<double>(snapshot.intake.frames_filled) -
                                  static_cast<double>(room.card().frames_lost()));
    const Frames most = frames_in(card.tick, card.rate) + card.grain;
    EXPECT_LE(error, static_cast<double>(most.count) * static_cast<double>(room.card().xruns()));
    for (const SinkRecord& sink : room.record().sinks) {
        EXPECT_GT(sink.packets, 0U);
        EXPECT_EQ(sink.missing, 0U);
        EXPECT_EQ(sink.left_out, 0U);
        EXPECT_EQ(sink.underruns, 0U);
        EXPECT_EQ(sink.jumps, sink.fades);
    }
}

// Where the last third of the days is beyond the first third.
double growth(const std::vector<Mean>& days) {
    const Course course = course_of(days);
    return course.last_third - course.first_third;
}

struct Household {
    const char* name;
    Profile profile;
    Grid card;
    double ppm;
    Regulation left;
    Duration left_latency;
    Regulation right;
    Duration right_latency;
    friend void PrintTo(const Household& value, std::ostream* out) { *out << value.name; }
};
const Household kHouseholds[]{
    {"SlowCard", Profile::balanced, kCoarse, -150, PlayoutServo{}, 120ms, SteppedPll{}, 210'500us},
    {"FarBuffers", Profile::balanced, kCoarse, 150, SteppedPll{}, 350ms, PlayoutServo{}, 80ms},
    {"QuickSpeaker", Profile::balanced, kCoarse, 150, QuickServo{}, 150ms, PlayoutServo{}, 150ms},
    // Its guard is too short for a card that is seen every 4 ms: see docs/timing.md.
    {"LowLatency", Profile::low_latency, kUsb, -150, PlayoutServo{}, 120ms, SteppedPll{}, 180ms},
    {"Robust", Profile::robust, kCoarse, 150, SteppedPll{}, 300ms, QuickServo{}, 180ms},
    {"LongPeriods", Profile::robust, kUsb441, 40, PlayoutServo{}, 120ms, QuickServo{}, 180ms},
};

class Day : public testing::TestWithParam<Household> {};

TEST_P(Day, StaysInStepAndLosesNothing) {
    const Household& household = GetParam();
    RoomSettings settings = lively_room();
    settings.profile = household.profile;
    settings.card.tick = household.card.tick;
    settings.card.grain = household.card.grain;
    settings.card.rate = household.card.rate;
    for (SinkSettings& sink : settings.sinks)
        sink.speaker.rate = household.card.rate;
    settings.card.crystal.ppm = household.ppm;
    settings.sinks[0].speaker.regulation = household.left;
    settings.sinks[0].speaker.latency = household.left_latency;
    settings.sinks[1].speaker.regulation = household.right;
    settings.sinks[1].speaker.latency = household.right_latency;
    LivingRoom room(settings);
    const Duration length = length_of_a_day();
    room.run(length);
    EXPECT_LE(room.record().skew().magnitude(0.999), 0.2);
    const Frames counted{static_cast<std::int64_t>(room.record().skew().count()) * kMarkDistance /
                         kFine};
    EXPECT_GT(duration_of(counted, household.card.rate), length / 108 * 100);  // most of it
    expect_no_loss(room, household.card);
}

INSTANTIATE_TEST_SUITE_P(Households, Day, testing::ValuesIn(kHouseholds),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Month, StaysInStepLosesNothingAndGrowsNoLatency) {
    const std::int64_t days = days_of_a_month();
    LivingRoom room(lively_room());
    room.run(days * 24h);
    Record& record = room.record();
    EXPECT_LE(record.skew().magnitude(0.999), 0.2);
    EXPECT_GT(record.skew().count(), static_cast<std::uint64_t>(days) * 24 * 3600 * 4 * 95 / 100);
    expect_no_loss(room, kCoarse);
    EXPECT_GT(room.card().xruns(), static_cast<std::uint64_t>(days) * 5);
    EXPECT_GT(record.restarts, static_cast<std::uint64_t>(days) * 5 / 3);
    EXPECT_GT(record.changes, static_cast<std::uint64_t>(days) * 8 / 3);
    for (const SinkRecord& sink : record.sinks) {
        ASSERT_EQ(sink.excess_ms.size(), static_cast<std::size_t>(days));
        EXPECT_NEAR(growth(sink.excess_ms), 0, 0.05);
        EXPECT_NEAR(growth(sink.level_ms), 0, 0.05);
    }
}

TEST(LivingRoom, HearsASkewThatIsThere) {
    RoomSettings settings = lively_room();
    settings.happenings = kCalm;
    LivingRoom room(settings);
    room.run(10min);
    EXPECT_LE(room.record().skew().magnitude(0.999), 0.2);
    room.change_latency_unheard(1, 213'500us);  // 3 ms later
    room.run(20min);
    EXPECT_NEAR(room.record().skew().percentile(0.5), -3, 0.1);
}

TEST(LivingRoom, HearsAJumpOfTheContentThatNobodyAskedFor) {
    RoomSettings settings = lively_room();
    settings.happenings = kCalm;
    LivingRoom room(settings);
    room.run(1min);
    EXPECT_EQ(room.record().sinks[0].jumps, 0U);
    room.change_latency(0, 170ms);
    room.run(1min);
    EXPECT_EQ(room.record().sinks[0].jumps, 1U);
    EXPECT_EQ(room.record().sinks[0].fades, 1U);
}

}  // namespace
}  // namespace tandem::sim
