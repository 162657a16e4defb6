// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/engine/engine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "fakes/sim_world.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::SimCard;
using test::SimWorld;

// Octet by octet; the run may end just before or after the last packet of one.
void expect_the_same(const test::Recording& a, const test::Recording& b) {
    const std::size_t common = std::min(a.packets.size(), b.packets.size());
    ASSERT_GT(common, 80U);
    EXPECT_LE(std::max(a.packets.size(), b.packets.size()), common + 1);
    for (std::size_t i = 0; i < common; ++i)
        EXPECT_EQ(a.packets[i].bytes, b.packets[i].bytes) << i;
}

TEST(Engine, SendsEveryPacketOnceAndInOrder) {
    SimWorld world;
    world.attach(0, world.settings(0));
    world.run(10s);
    const auto& packets = world.recordings[0].packets;
    ASSERT_GT(packets.size(), 10 * 48000U / 896 - 3);
    for (std::size_t i = 1; i < packets.size(); ++i) {
        EXPECT_EQ(static_cast<std::uint16_t>(packets[i].sequence - packets[i - 1].sequence), 1);
        EXPECT_EQ(packets[i].timestamp - packets[i - 1].timestamp, 896U);
    }
}

TEST(Engine, APacketLeavesAGuardAfterItsLastFrame) {
    SimWorld world;
    world.attach(0, world.settings(0));
    world.run(5s);
    for (const auto& packet : world.recordings[0].packets) {
        const Duration lag = packet.time - world.card.heard_at(packet.timestamp + 896);
        EXPECT_GE(lag, 6ms);
        EXPECT_LT(lag, 6ms + 100us);
    }
}

TEST(Engine, TheChainsAreHalfAPacketOutOfPhase) {
    SimWorld world;
    for (const std::size_t sink : {0U, 1U})
        world.attach(sink, world.settings(sink));
    world.run(2s);
    const Duration apart =
        world.recordings[1].packets.at(20).time - world.recordings[0].packets.at(20).time;
    EXPECT_NEAR(to_ms(apart), 448 / 48.0, 0.1);
}

TEST(Engine, TheChainThatIsDueFirstIsServedFirst) {
    SimWorld world;
    for (const std::size_t sink : {0U, 1U}) {
        auto settings = world.settings(sink);
        settings.phase = Frames{384} * static_cast<std::int64_t>(sink);  // whole SBC frames
        world.attach(sink, settings);
    }
    world.run(5s);
    // Who is first encodes, the other one copies: they take turns.
    const auto chains = world.engine.snapshot().chains;
    const auto one = static_cast<double>(chains[0].shared);
    const auto other = static_cast<double>(chains[1].shared);
    EXPECT_GT(one + other, 5 * 48000.0 / 128 - 20);
    EXPECT_NEAR(one / (one + other), 0.5, 0.1);
}

TEST(Engine, ADelayIsContentAndNotPacing) {
    SimWorld plain;
    SimWorld delayed;
    plain.attach(0, plain.settings(0));
    delayed.attach(0, delayed.settings(0, Frames{4320}));
    plain.run(3s);
    delayed.run(3s);
    const auto& a = plain.recordings[0];
    const auto& b = delayed.recordings[0];
    ASSERT_EQ(a.packets.size(), b.packets.size());
    for (std::size_t i = 0; i < a.packets.size(); ++i) {
        EXPECT_EQ(a.packets[i].time, b.packets[i].time);
        EXPECT_EQ(a.packets[i].timestamp, b.packets[i].timestamp);
    }
    // 4320 frames are no multiple of 128, so compare what is heard, not the octets.
    const auto now = a.decode();
    const auto later = b.decode();
    std::int64_t error = 0;
    std::int64_t power = 0;
    for (std::size_t i = 48000; i < 96000; ++i) {
        error += std::abs(later[i] - now[i - 4320]);
        power += std::abs(now[i - 4320]);
    }
    EXPECT_LT(static_cast<double>(error), 0.25 * static_cast<double>(power));
}

TEST(Engine, ALateWakeUpSendsAtOnceAndShiftsNothing) {
    SimWorld prompt;
    SimWorld late;
    prompt.attach(0, prompt.settings(0));
    late.attach(0, late.settings(0));
    prompt.run(2s);
    late.run(1s);
    late.now += 60ms;  // the machine was busy
    late.run(940ms);
    expect_the_same(prompt.recordings[0], late.recordings[0]);
}

// One world with chain 1 alone, and one where chain 0 may share its frames.
struct WithAndWithoutACompanion {
    WithAndWithoutACompanion() {
        auto settings = both.settings(1);
        settings.phase = Frames{384};
        alone.attach(1, settings);
        both.attach(0, both.settings(0));
        both.attach(1, settings);
    }
    SimWorld alone;
    SimWorld both;
};

TEST(Engine, EncodesOnceWhatTwoChainsNeedAlike) {
    WithAndWithoutACompanion worlds;
    worlds.alone.run(5s);
    worlds.both.run(5s);
    expect_the_same(worlds.alone.recordings[1], worlds.both.recordings[1]);
    const auto counters = worlds.both.engine.snapshot();
    const std::size_t packets = worlds.both.recordings[1].packets.size();
    EXPECT_GT(counters.chains[0].shared + counters.chains[1].shared, 7 * packets * 9 / 10);
}

TEST(Engine, PartsAndSharesAgainWithoutATraceInTheOctets) {
    WithAndWithoutACompanion worlds;
    worlds.alone.run(4s);
    worlds.both.run(2s);
    worlds.both.engine.chain(0)->set_delay(Frames{500});  // chain 1 is on its own from here on
    worlds.both.run(2s);
    expect_the_same(worlds.alone.recordings[1], worlds.both.recordings[1]);
}

TEST(Engine, ANewRoleLeavesNoTraceOfTheOldOne) {
    SimWorld changed;
    SimWorld from_the_start;
    auto settings = changed.settings(0);
    changed.attach(0, settings);
    settings.role = Role::mono;
    from_the_start.attach(0, settings);
    for (SimWorld* world : {&changed, &from_the_start})
        world->run(2s);
    changed.engine.chain(0)->set_role(Role::mono);
    for (SimWorld* world : {&changed, &from_the_start})
        world->run(2s);
    const auto& a = changed.recordings[0].packets;
    const auto& b = from_the_start.recordings[0].packets;
    ASSERT_EQ(a.size(), b.size());
    EXPECT_NE(a[100].bytes, b[100].bytes);
    for (std::size_t i = a.size() / 2 + 2; i < a.size(); ++i)
        EXPECT_EQ(a[i].bytes, b[i].bytes) << i;
}

TEST(Engine, AnXrunIsFilledWithSilenceAndMovesNoPosition) {
    SimWorld world;
    world.run(5s);
    world.now += 150ms;
    world.card.xrun_at(world.now);
    world.run(2s);
    const EngineSnapshot snapshot = world.engine.snapshot();
    EXPECT_EQ(snapshot.intake.restarts, 1U);
    EXPECT_NEAR(static_cast<double>(snapshot.intake.frames_filled), 0.15 * 48000, 300);
    // What stands at a position is what was heard then, to the frame or two of the placing.
    EXPECT_LE(std::abs(world.shift_at(world.engine.history().end() - Frames{48000})), 2);
}

TEST(Engine, AnUnpluggedCardBecomesSilenceInStep) {
    SimWorld world;
    world.attach(0, world.settings(0));
    world.run(3s);
    world.card.unplug();
    world.run(10s);
    EXPECT_EQ(world.engine.snapshot().intake.state, IntakeState::lost);
    EXPECT_NEAR(static_cast<double>(world.recordings[0].packets.size()), 13 * 48000 / 896.0, 3);
    EXPECT_EQ(world.engine.snapshot().chains[0].left_out, 0U);
}

TEST(Engine, ACardThatFallsSilentIsCountedAndTakenUpAgain) {
    SimWorld world;
    world.attach(0, world.settings(0));
    world.run(3s);
    world.card.freeze(true);
    world.run(2s);
    EXPECT_EQ(world.engine.snapshot().intake.stalls, 1U);
    world.card.freeze(false);
    world.run(3s);
    EXPECT_EQ(world.engine.snapshot().intake.stalls, 1U);
    EXPECT_EQ(world.engine.snapshot().chains[0].left_out, 0U);
    EXPECT_NEAR(static_cast<double>(world.recordings[0].packets.size()), 8 * 48000 / 896.0, 3);
}

TEST(Engine, WithoutACardTheSinksGetSilenceAllTheSame) {
    SimWorld world;
    (void)world.engine.exchange_capture(nullptr);
    world.attach(0, world.settings(0));
    world.run(5s);
    EXPECT_NEAR(static_cast<double>(world.recordings[0].packets.size()), 5 * 48000 / 896.0, 4);
}

}  // namespace
}  // namespace tandem
