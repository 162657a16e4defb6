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

// Its connection has more to say for so long.
class TalkingLink final : public Link {
  public:
    TalkingLink(test::Recording& recording, Time until) : sent_(recording), until_(until) {
        now_ = recording.now;
    }
    LinkStatus send(std::span<const std::uint8_t> packet) noexcept override {
        return sent_.send(packet);
    }
    bool ready(std::size_t) noexcept override { return true; }
    LinkCounters counters() const noexcept override { return sent_.counters(); }
    std::uint64_t completed() noexcept override {
        return static_cast<std::uint64_t>(std::min(*now_, until_).time_since_epoch() / 20ms);
    }

  private:
    test::RecordingLink sent_;
    const Time* now_;
    Time until_;
};

// Returns how long it took to the first packet; the grid is kept from there.
Duration first_packet(bool new_connection, Duration talk) {
    SimWorld world;
    world.run(3s);
    ChainSettings settings = world.settings(0);
    settings.new_connection = new_connection;
    const Time attached = world.now;
    Chain chain(settings, world.engine.history(), world.engine.frame_cache(),
                std::make_unique<TalkingLink>(world.recordings[0], attached + talk));
    (void)world.engine.exchange_chain(0, &chain);
    world.run(3s);
    const auto& packets = world.recordings[0].packets;
    for (std::size_t i = 1; i < kFirstPackets; ++i)
        EXPECT_NEAR(to_ms(packets[i].time - packets[i - 1].time),
                    to_ms(duration_of(Frames{7 * 128}, settings.sbc.rate)), 0.5)
            << i;
    (void)world.engine.exchange_chain(0, nullptr);
    return packets.at(0).time - attached;
}

TEST(EvenStartOfAConnection, WaitsUntilANewConnectionIsCalm) {
    const double soon = to_ms(first_packet(false, 300ms));
    EXPECT_LE(soon, 30);
    EXPECT_NEAR(to_ms(first_packet(true, 300ms)), 300 + 150 + soon, 40);
    EXPECT_NEAR(to_ms(first_packet(true, 1h)), 1000 + soon, 40);
}

INSTANTIATE_TEST_SUITE_P(OfAStream, EvenStart, testing::Values(0, 4321, 40'000),
                         [](const auto& info) {
                             return "WithADelayOf" + std::to_string(info.param) + "Frames";
                         });

}  // namespace
}  // namespace tandem
