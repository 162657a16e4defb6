// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "fakes/sim_world.hpp"
#include "tandem/audio/infrasound.hpp"
#include "tandem/bridge/idle_watch.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using Order = IdleWatch::Order;

TEST(IdleWatch, RestsOnceAfterEnoughSilenceAndWakesWithTheFirstSound) {
    IdleWatch watch;
    watch.configure(true, 600s);
    EXPECT_EQ(watch.look(599s), Order::none);
    EXPECT_EQ(watch.look(600s), Order::rest);
    EXPECT_EQ(watch.look(9000s), Order::none);
    EXPECT_EQ(watch.look(10ms), Order::wake);
    EXPECT_EQ(watch.look(10ms), Order::none);
}

TEST(IdleWatch, NeverRestsUnlessItIsToldTo) {
    IdleWatch watch;
    EXPECT_EQ(watch.look(100h), Order::none);
    watch.configure(false, 1s);
    EXPECT_EQ(watch.look(100h), Order::none);
}

TEST(IdleWatch, WakesWhenRestingIsConfiguredAway) {
    IdleWatch watch;
    watch.configure(true, 1s);
    EXPECT_EQ(watch.look(2s), Order::rest);
    watch.configure(false, 1s);
    EXPECT_EQ(watch.look(3s), Order::wake);
}

TEST(Infrasound, IsTenHertzFortyDecibelsBelowFullScale) {
    for (const std::int32_t rate : {44100, 48000}) {
        Infrasound tone{SampleRate{rate}};
        tone.set_on(true);
        std::vector<StereoFrame> second(static_cast<std::size_t>(rate));
        tone.mix(Position{0}, second);
        int crossings = 0;
        int peak = 0;
        for (std::size_t i = 1; i < second.size(); ++i) {
            crossings += second[i - 1].left <= 0 && second[i].left > 0 ? 1 : 0;
            peak = std::max(peak, std::abs(int{second[i].right}));
        }
        EXPECT_EQ(crossings, 10);
        EXPECT_NEAR(20 * std::log10(peak / 32768.0), -40, 0.05);
    }
}

TEST(Infrasound, IsOneToneHoweverItIsCutAndClipsNothing) {
    Infrasound tone{SampleRate{48000}};
    tone.set_on(true);
    std::vector<StereoFrame> whole(6000, StereoFrame{32767, -32768});
    auto pieces = whole;
    tone.mix(Position{777}, whole);
    for (std::size_t at = 0; at < pieces.size(); at += 500)
        tone.mix(Position{777} + Frames{static_cast<std::int64_t>(at)},
                 std::span(pieces).subspan(at, 500));
    EXPECT_EQ(whole, pieces);
    for (const StereoFrame& frame : whole) {
        EXPECT_GT(frame.left, 32000);
        EXPECT_LT(frame.right, -32000);
    }
}

TEST(Infrasound, ChangesNothingWhileItIsOff) {
    const Infrasound tone{SampleRate{48000}};
    std::vector<StereoFrame> block(256, StereoFrame{5, -5});
    tone.mix(Position{0}, block);
    EXPECT_EQ(block, std::vector<StereoFrame>(256, StereoFrame{5, -5}));
}

std::vector<StereoFrame> newest(const Engine& engine, std::int64_t frames) {
    std::vector<StereoFrame> heard(static_cast<std::size_t>(frames));
    engine.history().read(engine.history().end() - Frames{frames}, heard);
    return heard;
}

TEST(Infrasound, GoesOnWithoutACard) {
    test::SimWorld world;
    world.engine.set_infrasound(true);
    world.run(3s);
    world.card.unplug();
    world.run(3s);
    const auto heard = newest(world.engine, 4800);
    EXPECT_GT(std::max_element(heard.begin(), heard.end(),
                               [](auto& a, auto& b) { return a.left < b.left; })
                  ->left,
              320);
}

TEST(NewestSound, IsWhereTheInputWasLoudLast) {
    test::SimWorld world;
    world.run(3s);
    const EngineSnapshot loud = world.engine.snapshot();
    EXPECT_LT((loud.position - loud.intake.newest_sound).count, 1024);
    world.engine.set_infrasound(true);  // what is added is no sound that came in
    world.card.unplug();
    world.run(3s);
    const EngineSnapshot silent = world.engine.snapshot();
    EXPECT_NEAR(static_cast<double>((silent.position - silent.intake.newest_sound).count),
                3 * 48000, 3000);
}

}  // namespace
}  // namespace tandem
