// SPDX-License-Identifier: GPL-3.0-or-later
// Where the input comes to stand after a device did what devices do.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "fakes/sim_world.hpp"
#include "tandem/engine/engine.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::SimCard;
using test::SimWorld;

// What comes late was heard at its time: silence stands there already, and it is skipped.
TEST(Intake, AStallOfTheCardShiftsNothingThatFollows) {
    SimWorld world;
    world.run(5s);
    world.card.freeze(true);
    world.run(200ms);
    world.card.freeze(false);
    world.run(2s);
    const EngineSnapshot snapshot = world.engine.snapshot();
    EXPECT_EQ(snapshot.intake.stalls, 1U);
    EXPECT_GT(snapshot.intake.frames_skipped, 4'000U);
    EXPECT_EQ(world.shift_at(world.engine.history().end() - Frames{24'000}), 0);
}

// A lock that is minutes old would follow another card's rate within minutes.
TEST(Intake, FollowsTheRateOfAnotherCardWithinTenSeconds) {
    SimWorld world({.ppm = -150});
    world.run(5min);
    ASSERT_NEAR(world.engine.snapshot().rate_ppm, -150, 5);
    SimCard other({.ppm = 150, .start = world.now});
    (void)world.engine.exchange_capture(&other);
    world.run(20s);
    EXPECT_NEAR(world.engine.snapshot().rate_ppm, 150, 10);
}

// What was before the first block is not lost: nobody was listening yet.
TEST(Intake, CountsNothingAsFilledBeforeItHasHeardAnything) {
    SimWorld world;
    world.card.freeze(true);
    world.run(2s);
    EXPECT_EQ(world.engine.snapshot().intake.frames_filled, 0U);
    EXPECT_GT(world.engine.history().end().frames, 48'000);
    world.card.freeze(false);
    world.run(1s);
    EXPECT_GT(world.engine.snapshot().intake.frames_captured, 0U);
}

// A device's count begins at 0 with each start: that is no move of it.
TEST(Intake, ARestartIsNoMoveOfTheDeviceAndMakesItNoLater) {
    SimWorld world;
    world.run(30s);
    const auto before = world.engine.snapshot().lateness;
    ASSERT_TRUE(before);
    for (int i = 0; i < 20; ++i) {
        world.now += 50ms;
        world.card.xrun_at(world.now);
        world.run(3s);
    }
    EXPECT_NEAR(to_ms(*world.engine.snapshot().lateness), to_ms(*before), 0.5);
}

}  // namespace
}  // namespace tandem
