// SPDX-License-Identifier: GPL-3.0-or-later
// Random faults for a month, without samples: what must hold whatever happens, and in what order.
// TANDEM_SIM_DAYS and TANDEM_SIM_SEED make it longer, or another one.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "sim/model/month.hpp"
#include "sim/virtual_days.hpp"

namespace tandem::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kSpared = 1;

constexpr bool counts(SpeakerKind kind) {
    return kind != SpeakerKind::placing && kind != SpeakerKind::regulated;
}

RoomSettings stormy_room(SpeakerKind kind, std::uint64_t seed) {
    RoomSettings room = lively_room();
    room.profile = Profile::robust;  // the fewest packets: a month in the least time
    room.sinks[0].write_mtu = 1005;
    room.happenings = kStormy;
    room.spared = kSpared;
    room.seed = seed;
    for (SinkSettings& sink : room.sinks)
        sink.speaker.rules = {.kind = kind};
    if (!counts(kind)) return room;
    // Such a speaker follows no clock but its own, and starts as late as a packet that was
    // repeated: nobody can correct either from here. Nor does it change its latency by itself.
    room.card.crystal = {};
    room.air_loss = 0;
    for (SinkSettings& sink : room.sinks)
        sink.speaker.crystal = {};
    room.happenings[static_cast<std::size_t>(Happening::new_latency)] = {};
    return room;
}

// Speakers connect one after the other, on a timeline that has locked.
void begin(LivingRoom& room) {
    for (const std::size_t sink : {0U, 1U})
        room.send_away(sink, 3s);
}

std::uint64_t seed_of_the_storm() {
    return static_cast<std::uint64_t>(number_from("TANDEM_SIM_SEED").value_or(1));
}

// The stream is what was read from the card, each frame once, and silence.
void expect_that_frames_add_up(LivingRoom& room) {
    const EngineSnapshot snapshot = room.snapshot();
    const DriftingCard& card = room.card();
    const std::int64_t read = card.taken() - static_cast<std::int64_t>(card.frames_lost());
    EXPECT_EQ(snapshot.position.frames + static_cast<std::int64_t>(snapshot.intake.frames_skipped),
              read + static_cast<std::int64_t>(snapshot.intake.frames_filled));
    EXPECT_EQ(snapshot.intake.restarts, card.xruns());
    EXPECT_EQ(snapshot.intake.parted, 0U);
}

// Nothing but what the machine as a whole suffered: where it stood still for longer than a
// speaker's buffer lasts, the stream began anew. No packet is missing in any stream.
void expect_spared(const SinkRecord& sink) {
    EXPECT_EQ(sink.jumps, sink.fades);
    EXPECT_EQ(sink.missing, 0U);
    EXPECT_EQ(sink.left_out, 0U);
}

double growth(const std::vector<Mean>& days) {
    const Course course = course_of(days);
    return course.last_third - course.first_third;
}

class Storm : public testing::TestWithParam<SpeakerKind> {};

TEST_P(Storm, LeavesTheSparedSinkAndTheCountersWhole) {
    const SpeakerKind kind = GetParam();
    const std::int64_t days =
        kind == SpeakerKind::placing ? days_of_a_month() : (days_of_a_month() + 9) / 10;
    const std::uint64_t seed = seed_of_the_storm();
    SCOPED_TRACE("TANDEM_SIM_SEED=" + std::to_string(seed));
    std::printf("%d virtual days, TANDEM_SIM_SEED=%llu\n", static_cast<int>(days),
                static_cast<unsigned long long>(seed));
    LivingRoom room(stormy_room(kind, seed));
    if (counts(kind)) begin(room);
    room.run(days * 24h);

    Record& record = room.record();
    // One that counts is as far off as its last start, when the two streams' packets may have met
    // in the air; and each gap of some milliseconds makes some of them a little slower for a
    // moment.
    EXPECT_LE(record.skew().magnitude(0.999), counts(kind) ? 5 : 0.2);
    EXPECT_GT(record.skew().count(), static_cast<std::uint64_t>(days) * 80'000 * 4);
    expect_that_frames_add_up(room);
    for (const SinkRecord& sink : record.sinks) {
        EXPECT_LE(sink.missing, sink.left_out);
        if (counts(kind)) continue;  // no two of its starts have the same latency
        EXPECT_NEAR(growth(sink.excess_ms), 0, 0.1);
        EXPECT_NEAR(growth(sink.level_ms), 0, 0.1);
    }
    expect_spared(record.sinks[kSpared]);
    EXPECT_GT(record.sinks[1 - kSpared].anew, static_cast<std::uint64_t>(days));
    EXPECT_GT(room.stood_still(), days * 2s);
}

INSTANTIATE_TEST_SUITE_P(OfKinds, Storm, testing::ValuesIn(kSpeakerKinds), [](const auto& info) {
    std::string name(name_of(info.param));
    std::erase(name, '-');
    return name;
});

// Lost periods, a card and an engine that stop for moments, a link that does, and false reports,
// for a day: a speaker that counts and controls nothing stays where it started.
TEST(Gusts, MoveNoSpeakerThatCounts) {
    const std::uint64_t seed = seed_of_the_storm();
    SCOPED_TRACE("TANDEM_SIM_SEED=" + std::to_string(seed));
    RoomSettings settings = stormy_room(SpeakerKind::packets, seed);
    for (const Happening longer :
         {Happening::trim, Happening::leave, Happening::unplug, Happening::standstill,
          Happening::radio_outage, Happening::reload})
        settings.happenings[static_cast<std::size_t>(longer)] = {};
    LivingRoom room(settings);
    begin(room);
    room.run(length_of_a_day());
    EXPECT_LE(room.record().skew().magnitude(0.999), 0.1);
    for (const SinkRecord& sink : room.record().sinks)
        EXPECT_EQ(sink.missing + sink.left_out, 0U);
}

}  // namespace
}  // namespace tandem::sim
