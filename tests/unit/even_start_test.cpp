// SPDX-License-Identifier: GPL-3.0-or-later
// A speaker that counts begins by its first packets: each stream keeps its grid from the first one
// on, at every start.
#include <gtest/gtest.h>

#include <string>

#include "fakes/sim_world.hpp"
#include "tandem/engine/engine.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::SimWorld;

constexpr std::size_t kFirstPackets = 40;

class EvenStart : public testing::TestWithParam<int> {};

TEST_P(EvenStart, KeepsTheGridFromTheFirstPacketOnAtEachStart) {
    SimWorld world;
    world.attach(1, world.settings(1));
    world.run(3s);
    const ChainSettings settings = world.settings(0, Frames{GetParam()});
    const Duration packet = duration_of(Frames{7 * 128}, settings.sbc.rate);
    for (const Duration away : {Duration{7ms}, Duration{400ms}, Duration{1234ms}}) {
        world.recordings[0].packets.clear();
        const Time attached = world.now;
        world.attach(0, settings);
        world.run(1s);
        const auto& packets = world.recordings[0].packets;
        ASSERT_GT(packets.size(), kFirstPackets);
        EXPECT_LE(packets[0].time - attached, packet + settings.guard + 1ms);
        for (std::size_t i = 1; i < kFirstPackets; ++i) {
            EXPECT_NEAR(to_ms(packets[i].time - packets[i - 1].time), to_ms(packet), 0.5) << i;
            EXPECT_EQ(packets[i].timestamp - packets[i - 1].timestamp, 7U * 128) << i;
            EXPECT_EQ(packets[i].bytes[12] & 0x0f, 7) << i;
        }
        (void)world.engine.exchange_chain(0, nullptr);
        world.run(away);
    }
}

INSTANTIATE_TEST_SUITE_P(OfAStream, EvenStart, testing::Values(0, 4321, 40'000),
                         [](const auto& info) {
                             return "WithADelayOf" + std::to_string(info.param) + "Frames";
                         });

}  // namespace
}  // namespace tandem
