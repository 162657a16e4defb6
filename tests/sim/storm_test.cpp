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

RoomSettings stormy_room(std::uint64_t seed) {
    RoomSettings room = lively_room();
    room.profile = Profile::robust;  // the fewest packets: a month in the least time
    room.sinks[0].write_mtu = 1005;
    room.happenings = kStormy;
    room.spared = kSpared;
    room.seed = seed;
    return room;
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

TEST(Storm, LeavesTheSparedSinkAndTheCountersWhole) {
    const std::int64_t days = days_of_a_month();
    const auto seed = static_cast<std::uint64_t>(number_from("TANDEM_SIM_SEED").value_or(1));
    SCOPED_TRACE("TANDEM_SIM_SEED=" + std::to_string(seed));
    std::printf("%d virtual days, TANDEM_SIM_SEED=%llu\n", static_cast<int>(days),
                static_cast<unsigned long long>(seed));
    LivingRoom room(stormy_room(seed));
    room.run(days * 24h);

    Record& record = room.record();
    EXPECT_LE(record.skew().magnitude(0.999), 0.2);
    EXPECT_GT(record.skew().count(), static_cast<std::uint64_t>(days) * 80'000 * 4);
    expect_that_frames_add_up(room);
    for (const SinkRecord& sink : record.sinks) {
        EXPECT_LE(sink.missing, sink.left_out);
        EXPECT_NEAR(growth(sink.excess_ms), 0, 0.1);
        EXPECT_NEAR(growth(sink.level_ms), 0, 0.1);
    }
    expect_spared(record.sinks[kSpared]);
    EXPECT_GT(record.sinks[1 - kSpared].anew, static_cast<std::uint64_t>(days));
    EXPECT_GT(room.stood_still(), days * 2s);
}

}  // namespace
}  // namespace tandem::sim
