// SPDX-License-Identifier: GPL-3.0-or-later
// One step does a bounded amount of work, whatever the capture says.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "fakes/sim_world.hpp"
#include "tandem/engine/engine.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::SimWorld;

constexpr int kMostCallsAStep = 43;

// A device that never comes up short, as ALSA's "null"; or restarts whenever it is asked; or whose
// descriptor is ready and brings nothing, as that of a plugin whose events nobody takes.
enum class Habit { always_has_more, always_restarts, is_always_readable };

class StubbornCapture final : public Capture {
  public:
    explicit StubbornCapture(Habit habit) : habit_(habit) {}
    CaptureRead read(std::span<StereoFrame> into, Time now) noexcept override {
        ++calls;
        if (habit_ == Habit::always_restarts) return {.status = CaptureStatus::restarted};
        if (habit_ == Habit::is_always_readable) return {};
        std::fill(into.begin(), into.end(), StereoFrame{});
        frames += static_cast<std::int64_t>(into.size());
        return {.frames = into.size(), .stamped = true, .stamp = {Frames{frames}, now}};
    }
    std::size_t poll_descriptors(std::span<pollfd> into) noexcept override {
        into[0] = {0, POLLIN, 0};
        return 1;
    }
    Frames period() const noexcept override { return Frames{128}; }

    int calls = 0;
    std::int64_t frames = 0;

  private:
    Habit habit_;
};

class AStep : public testing::TestWithParam<Habit> {
  protected:
    // As the engine's thread does it, with a descriptor that is ready whenever it is polled.
    // Returns how many steps that took.
    static int run(SimWorld& world, Duration length) {
        int steps = 0;
        for (const Time end = world.now + length; world.now < end; ++steps) {
            const Time next = world.engine.step(world.now);
            std::array<pollfd, kMostPollDescriptors> descriptors{};
            const bool polls = world.engine.poll_descriptors(descriptors) > 0;
            world.now = polls ? world.now + 10us : std::max(next, world.now + 1ns);
        }
        return steps;
    }
};

TEST_P(AStep, AsksTheDeviceSoOftenAtMostAndTakesASecondAtMost) {
    SimWorld world;
    StubbornCapture capture(GetParam());
    (void)world.engine.exchange_capture(&capture);
    ChainSettings settings = world.settings(0);
    settings.sink = {.certain = true, .plays_on = true};  // leaves out instead of beginning anew
    world.attach(0, settings);
    for (int step = 0; step < 500; ++step) {
        capture.calls = 0;
        const std::int64_t before = capture.frames;
        world.now = std::max(world.engine.step(world.now), world.now + 1ms);
        ASSERT_LE(capture.calls, kMostCallsAStep);
        ASSERT_LE(capture.frames - before, 48'000);
    }
    EXPECT_GT(world.recordings[0].packets.size(), 0U);
}

TEST_P(AStep, ComesAtTheIdleRateWithoutSinks) {
    SimWorld world;
    StubbornCapture capture(GetParam());
    (void)world.engine.exchange_capture(&capture);
    run(world, 20s);
    EXPECT_LE(run(world, 10s), 10 * 60);
}

TEST_P(AStep, TakesNoMoreInputThanTimePasses) {
    SimWorld world;
    StubbornCapture capture(GetParam());
    (void)world.engine.exchange_capture(&capture);
    run(world, 100s);
    EXPECT_LE(capture.frames, 112 * 48'000);
}

INSTANTIATE_TEST_SUITE_P(OfTheEngine, AStep,
                         testing::Values(Habit::always_has_more, Habit::always_restarts,
                                         Habit::is_always_readable),
                         [](const auto& info) {
                             switch (info.param) {
                                 case Habit::always_has_more:
                                     return "WithACaptureThatAlwaysHasMore";
                                 case Habit::always_restarts:
                                     return "WithACaptureThatAlwaysRestarts";
                                 default:
                                     return "WithACaptureThatIsAlwaysReadable";
                             }
                         });

// Processor time of this thread, which no neighbour on the machine makes longer.
double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

TEST(Infrasound, FillsAGapOfAMonthAsFastAsOneOfSeconds) {
    SimWorld world;
    world.engine.set_infrasound(true);
    world.run(1s);
    world.now += 30 * 24h;
    const double before = thread_seconds();
    (void)world.engine.step(world.now);
    EXPECT_LT(thread_seconds() - before, 0.5);  // mixed as a whole, it takes minutes
    // And what is kept of it has the tone.
    EXPECT_FALSE(world.engine.history().is_quiet(world.engine.history().end() - Frames{96'000},
                                                 Frames{9'600}, 200));
}

}  // namespace
}  // namespace tandem
