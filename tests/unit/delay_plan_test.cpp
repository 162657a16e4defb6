// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "tandem/audio/pcm_history.hpp"
#include "tandem/timing/delay_plan.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;

TEST(DelayPlan, TheDesignsExampleHolds) {
    const PlannedSink sinks[]{{24ms, 120ms, 0ms}, {24ms, 210ms, 0ms}};
    EXPECT_EQ(plan_delays(sinks), (std::vector<Duration>{90ms, 0ms}));
}

TEST(DelayPlan, ALargerTrimPlaysLater) {
    const PlannedSink sinks[]{{24ms, 150ms, 50ms}, {24ms, 150ms, 0ms}};
    EXPECT_EQ(plan_delays(sinks), (std::vector<Duration>{50ms, 0ms}));
}

TEST(DelayPlan, ANegativeTrimPlaysEarlierByDelayingTheOther) {
    const PlannedSink sinks[]{{24ms, 150ms, -20ms}, {24ms, 150ms, 0ms}};
    EXPECT_EQ(plan_delays(sinks), (std::vector<Duration>{0ms, 20ms}));
}

TEST(DelayPlan, ALongerPacketCountsAsLatency) {
    const PlannedSink sinks[]{{19ms, 150ms, 0ms}, {24ms, 150ms, 0ms}};
    EXPECT_EQ(plan_delays(sinks), (std::vector<Duration>{5ms, 0ms}));
}

TEST(DelayPlan, MakesAllSoundTogetherAndDelaysOneByNothing) {
    const PlannedSink sinks[]{{19ms, 80ms, 3ms}, {24ms, 350ms, -7ms}, {30ms, 120ms, 0ms}};
    const auto delays = plan_delays(sinks);
    for (std::size_t i = 0; i < delays.size(); ++i)
        EXPECT_EQ(delays[i] + sinks[i].source_latency + sinks[i].latency - sinks[i].trim,
                  delays[0] + sinks[0].source_latency + sinks[0].latency - sinks[0].trim);
    EXPECT_EQ(*std::min_element(delays.begin(), delays.end()), 0ms);
    EXPECT_TRUE(plan_delays({}).empty());
}

TEST(Latency, IsTheBestOfWhatIsKnown) {
    LatencySources sources{80ms, KnownLatency{90ms, 4h}, KnownLatency{100ms, 3s},
                           KnownLatency{110ms, 2h}};
    const auto chosen = [&](Duration value, LatencyOrigin origin, std::optional<Duration> age) {
        const Latency latency = choose_latency(sources);
        EXPECT_EQ(latency.value, value);
        EXPECT_EQ(latency.origin, origin) << name_of(latency.origin);
        EXPECT_EQ(latency.age, age);
    };
    chosen(80ms, LatencyOrigin::configured, {});
    sources.configured.reset();
    chosen(90ms, LatencyOrigin::measured, 4h);
    sources.measured.reset();
    chosen(100ms, LatencyOrigin::reported, 3s);
    sources.reported.reset();
    chosen(110ms, LatencyOrigin::remembered, 2h);
    sources.remembered.reset();
    chosen(150ms, LatencyOrigin::fallback, {});
}

TEST(Latency, AnAbsurdOneThatWasLearnedIsLeftOut) {
    for (const Duration absurd : {Duration{0ms}, Duration{-5ms}, Duration{1001ms}, Duration{6s}}) {
        const KnownLatency known{absurd, 1s};
        EXPECT_EQ(choose_latency({{}, known, known, known}).origin, LatencyOrigin::fallback);
        EXPECT_EQ(choose_latency({{}, known, KnownLatency{120ms, 1s}, {}}).value, 120ms);
    }
}

TEST(PcmHistory, KeepsTheNewestFramesAcrossItsEnd) {
    PcmHistory history(Frames{256});
    std::vector<StereoFrame> block(100);
    for (std::int16_t value = 0; value < 1000; value += 100) {
        for (std::size_t i = 0; i < block.size(); ++i)
            block[i].left = static_cast<std::int16_t>(value + static_cast<int>(i));
        history.append(block);
    }
    EXPECT_EQ(history.end(), Position{1000});
    EXPECT_EQ(history.begin(), Position{744});
    std::vector<StereoFrame> out(300);
    history.read(Position{730}, out);
    EXPECT_EQ(out[13].left, 0);
    for (int i = 14; i < 270; ++i)
        EXPECT_EQ(out[static_cast<std::size_t>(i)].left, 730 + i);
    EXPECT_EQ(out[270].left, 0);
}

TEST(PcmHistory, SilenceMovesTheEndAndClearsWhatWasThere) {
    PcmHistory history(Frames{256});
    history.append(std::vector<StereoFrame>(256, StereoFrame{1, 1}));
    history.append_silence(Frames{100});
    EXPECT_EQ(history.end(), Position{356});
    std::vector<StereoFrame> out(256);
    history.read(Position{100}, out);
    EXPECT_EQ(out[155].left, 1);
    EXPECT_EQ(out[156].left, 0);
    history.append_silence(Frames{1'000'000'000});
    EXPECT_EQ(history.end(), Position{1'000'000'356});
}

}  // namespace
}  // namespace tandem
