// SPDX-License-Identifier: GPL-3.0-or-later
// What is heard after a link took nothing for a while: two speakers of each kind, one of them cut
// off. The other one's packets stay the same, and each stream begins evenly.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <tuple>

#include "sim/model/month.hpp"

namespace tandem::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kCut = 0;

// Crystals that are right: what moves here is moved by packets alone.
RoomSettings quiet_room(SpeakerKind kind) {
    RoomSettings room = lively_room();
    room.happenings = kCalm;
    room.card.crystal = {};
    for (SinkSettings& sink : room.sinks) {
        sink.write_mtu = 1005;
        sink.speaker.latency = 150ms;
        sink.speaker.crystal = {};
        sink.speaker.regulation = PlayoutServo{};
        sink.speaker.rules = {.kind = kind};
        if (kind == SpeakerKind::regulated) sink.speaker.regulation = PlayoutServo{0.05, 0.01};
    }
    return room;
}

struct Change {
    double ms;
    std::uint64_t anew;
    std::uint64_t left_out;
    double latency_ms;
};

// From before a stall to 3 s after it.
Change after_stall(SpeakerKind kind, Duration stall, bool certain) {
    LivingRoom room(quiet_room(kind));
    room.set_certain(kCut, certain, certain && kind == SpeakerKind::counting);
    // The streams begin on a timeline that has locked, as they do where speakers take a moment to
    // connect; and a slow control of a buffer's level has minutes to come to rest.
    for (const std::size_t sink : {0U, 1U})
        room.send_away(sink, 3s);
    room.run(5min);
    const Duration before = room.newest_skew();
    room.shut_air(kCut, stall);
    room.run(stall + 3s);
    const SinkRecord& cut = room.record().sinks[kCut];
    const SinkRecord& other = room.record().sinks[1 - kCut];
    EXPECT_EQ(other.anew + other.left_out + other.missing + other.underruns, 0U);
    return {to_ms(room.newest_skew() - before), cut.anew, cut.left_out,
            to_ms(room.latency_of(kCut))};
}

class Heard : public testing::TestWithParam<std::tuple<SpeakerKind, int>> {};

TEST_P(Heard, SkewIsBackAfterAStall) {
    const auto [kind, stall_ms] = GetParam();
    const Duration stall = std::chrono::milliseconds{stall_ms};
    const Change believed = after_stall(kind, stall, false);
    const Change certain = after_stall(kind, stall, true);
    std::printf(
        "%-16s %5d ms: believed %+7.2f ms (begun anew %d), certain %+7.2f ms (%d, %d left "
        "out)\n",
        std::string(name_of(kind)).c_str(), stall_ms, believed.ms, static_cast<int>(believed.anew),
        certain.ms, static_cast<int>(certain.anew), static_cast<int>(certain.left_out));
    const bool longer = static_cast<double>(stall_ms) + 25 > certain.latency_ms;
    const bool controls = kind == SpeakerKind::placing || kind == SpeakerKind::regulated;
    EXPECT_LE(std::abs(certain.ms), longer && !controls ? 2.7 : 0.3);
    EXPECT_LE(std::abs(believed.ms), controls ? 0.3 : longer ? 3.0 : 2.7);
    EXPECT_LE(believed.anew, 1U);
    EXPECT_EQ(believed.left_out, 0U);
}

INSTANTIATE_TEST_SUITE_P(OfKinds, Heard,
                         testing::Combine(testing::ValuesIn(kSpeakerKinds),
                                          testing::Values(50, 120, 200, 400, 600, 1000, 3000)),
                         [](const auto& info) {
                             std::string name(name_of(std::get<0>(info.param)));
                             std::erase(name, '-');
                             return name + "After" + std::to_string(std::get<1>(info.param)) + "Ms";
                         });

}  // namespace
}  // namespace tandem::sim
