// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine makes of the timeline, the delay line and the lateness of its card.
#include <gtest/gtest.h>

#include <cstdlib>

#include "fakes/sim_world.hpp"
#include "tandem/engine/engine.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::SimCard;
using test::SimWorld;

TEST(Engine, ADelayThatWasSlewedToIsTheOneItWouldHaveStartedWith) {
    SimWorld moved;
    SimWorld still;
    moved.attach(0, moved.settings(0));
    still.attach(0, still.settings(0, Frames{300}));
    moved.run(1s);
    moved.engine.chain(0)->set_delay(Frames{300});
    moved.run(4s);
    still.run(5s);
    const auto& a = moved.recordings[0].packets;
    const auto& b = still.recordings[0].packets;
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].time, b[i].time);
        EXPECT_EQ(a[i].timestamp, b[i].timestamp);
    }
    EXPECT_NE(a[60].bytes, b[60].bytes);
    for (std::size_t i = a.size() - 20; i < a.size(); ++i)
        EXPECT_EQ(a[i].bytes, b[i].bytes) << i;
}

TEST(Engine, FramesThatTheCardLosesWithoutAWordAreFilledWithSilence) {
    SimWorld world;
    world.attach(0, world.settings(0));
    world.run(5s);
    world.card.lose(Frames{4800});
    world.run(3s);
    const EngineSnapshot snapshot = world.engine.snapshot();
    EXPECT_EQ(snapshot.intake.parted, 1U);
    EXPECT_NEAR(static_cast<double>(snapshot.intake.frames_filled), 4800, 150);
    EXPECT_EQ(snapshot.chains[0].left_out, 0U);
    EXPECT_LE(std::abs(world.shift_at(world.engine.history().end() - Frames{4800})), 2);
}

TEST(Engine, MeasuresHowLateFramesAreOnceLocked) {
    const auto lateness_of = [](const SimCard::Settings& card, bool playing) {
        SimWorld world(card);
        if (playing) world.attach(0, world.settings(0));
        EXPECT_FALSE(world.engine.snapshot().lateness);
        world.run(60s);
        return to_ms(world.engine.snapshot().lateness.value_or(Duration{-1}));
    };
    for (const bool playing : {false, true}) {
        // A frame that was just missed comes with the next period, 2.67 ms later.
        EXPECT_NEAR(lateness_of({}, playing), 2.75, 0.3);
        EXPECT_NEAR(lateness_of({.ppm = 60, .late = 2ms}, playing), 3.75, 0.5);
        EXPECT_NEAR(lateness_of({.ppm = -60, .tick = 4ms, .late = 300us}, playing), 5.25, 1.5);
    }
}

}  // namespace
}  // namespace tandem
