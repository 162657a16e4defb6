// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "fakes/sim_world.hpp"
#include "tandem/audio/click_track.hpp"
#include "tandem/engine/engine_command.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::SimWorld;

constexpr SampleRate kClickRate{48000};

std::vector<StereoFrame> mixed(const ClickTrack& track, Position first, std::size_t length,
                               StereoFrame under = {}) {
    std::vector<StereoFrame> frames(length, under);
    track.mix(first, frames);
    return frames;
}

bool silent(const std::vector<StereoFrame>& frames) {
    return std::all_of(frames.begin(), frames.end(),
                       [](const StereoFrame& frame) { return frame == StereoFrame{}; });
}

TEST(ClickTrack, IsSilentUntilItIsStarted) {
    const ClickTrack track(kClickRate);
    EXPECT_TRUE(silent(mixed(track, Position{0}, 100'000)));
}

TEST(ClickTrack, StartsAtItsPlaceAndRepeatsEverySecondUpToItsCount) {
    ClickTrack track(kClickRate);
    track.start(Position{1000}, 3);
    const auto frames = mixed(track, Position{0}, 4 * 48000);
    std::vector<std::size_t> onsets;
    for (std::size_t i = 1; i < frames.size(); ++i)
        if (std::abs(frames[i].left) > 2000 && (onsets.empty() || i > onsets.back() + 4800))
            onsets.push_back(i);
    EXPECT_EQ(onsets, (std::vector<std::size_t>{1001, 49001, 97001}));
    EXPECT_EQ(track.end(), Position{97000 + 288});
}

TEST(ClickTrack, IsTheSameHoweverTheStreamIsCutIntoBlocks) {
    ClickTrack track(kClickRate);
    track.start(Position{77}, 2);
    const auto whole = mixed(track, Position{0}, 50'000);
    for (const std::size_t length : {1U, 61U, 128U, 1024U})
        for (std::size_t at = 0; at + length <= whole.size(); at += length) {
            const auto piece = mixed(track, Position{static_cast<std::int64_t>(at)}, length);
            ASSERT_TRUE(std::equal(piece.begin(), piece.end(),
                                   whole.begin() + static_cast<std::ptrdiff_t>(at)))
                << at;
        }
}

TEST(ClickTrack, OnTopOfLoudSoundDoesNotWrapAround) {
    ClickTrack track(kClickRate);
    track.start(Position{0}, 1);
    for (const std::int16_t under : {std::int16_t{32000}, std::int16_t{-32000}})
        for (const StereoFrame& frame : mixed(track, Position{0}, 288, {under, under})) {
            EXPECT_EQ(frame.left, frame.right);
            EXPECT_EQ(frame.left > 0, under > 0);
        }
}

TEST(ClickTrack, EndsInSilenceWithoutAStep) {
    ClickTrack track(kClickRate);
    track.start(Position{0}, 1);
    const auto frames = mixed(track, Position{0}, 288);
    EXPECT_LT(std::abs(frames.back().left), 64);
}

// What a chain reads of `world` around the newest second.
std::vector<StereoFrame> newest_second(const SimWorld& world) {
    std::vector<StereoFrame> heard(48000);
    world.engine.history().read(world.engine.history().end() - Frames{48000}, heard);
    return heard;
}

std::int64_t loudness(const std::vector<StereoFrame>& frames) {
    std::int64_t sum = 0;
    for (const StereoFrame& frame : frames)
        sum += std::abs(frame.left);
    return sum;
}

TEST(Clicks, AreMixedIntoWhatIsCapturedAndIntoNothingElse) {
    SimWorld plain;
    SimWorld clicking;
    plain.run(3s);
    clicking.run(3s);
    const Position at = clicking.engine.history().end();
    clicking.engine.play_clicks(2);
    plain.run(2s);
    clicking.run(2s);
    ASSERT_EQ(plain.engine.history().end(), clicking.engine.history().end());
    ClickTrack track(kClickRate);
    track.start(at, 2);
    std::vector<StereoFrame> expected(90'000);
    std::vector<StereoFrame> heard(90'000);
    plain.engine.history().read(at, expected);
    clicking.engine.history().read(at, heard);
    EXPECT_NE(expected, heard);
    track.mix(at, expected);
    EXPECT_EQ(expected, heard);
    const Levels levels = clicking.engine.snapshot().intake.levels;
    EXPECT_EQ(levels.left.peak_dbfs, plain.engine.snapshot().intake.levels.left.peak_dbfs)
        << "the level shown is the input's";
}

TEST(Clicks, SoundWithoutACardToo) {
    SimWorld world;
    (void)world.engine.exchange_capture(nullptr);
    world.run(3s);
    EXPECT_EQ(loudness(newest_second(world)), 0);
    world.engine.play_clicks(2);
    world.run(500ms);
    const auto first = loudness(newest_second(world));
    EXPECT_GT(first, 100'000);
    world.run(1s);
    EXPECT_EQ(loudness(newest_second(world)), first);
    world.run(1100ms);
    EXPECT_EQ(loudness(newest_second(world)), 0);
}

TEST(Clicks, SoundWhileTheCardHasStalled) {
    SimWorld world;
    world.run(3s);
    world.card.freeze(true);
    world.run(2s);
    EXPECT_EQ(loudness(newest_second(world)), 0);
    world.engine.play_clicks(1);
    world.run(900ms);
    EXPECT_GT(loudness(newest_second(world)), 100'000);
}

TEST(ClickTrack, TonesRiseAndFallSoftlyHalfASecondApart) {
    ClickTrack track(kClickRate, ClickSound::tone);
    track.start(Position{0}, 2);
    EXPECT_EQ(track.end(), Position{24000 + 12000});
    const auto frames = mixed(track, Position{0}, 48000);
    int steepest = 0;
    for (std::size_t i = 1; i < frames.size(); ++i)
        steepest = std::max(steepest, std::abs(frames[i].left - frames[i - 1].left));
    EXPECT_LT(steepest, 8192 * 2 * 3.2 * 660 / 48000) << "no step anywhere, the edges included";
    EXPECT_TRUE(silent({frames.begin() + 12000, frames.begin() + 24000}));
    EXPECT_FALSE(silent({frames.begin() + 24000, frames.begin() + 36000}));
}

// How much of `recording` is sound, in frames; and whether nothing was lost of it.
std::size_t frames_with_sound(const test::Recording& recording) {
    const auto pcm = recording.decode();
    std::size_t loud = 0;
    for (const auto sample : pcm)
        if (std::abs(sample) > 500) ++loud;
    return loud;
}

TEST(Tones, SoundInOneSinkAloneThoughTheyShareTheirFramesOtherwise) {
    SimWorld world;
    (void)world.engine.exchange_capture(nullptr);
    world.attach(0, world.settings(0));
    world.attach(1, world.settings(0));
    world.run(2s);
    EXPECT_GT(world.chains[1]->counters().shared, 0U);
    world.engine.chain(1)->identify();
    world.run(2s);
    EXPECT_EQ(frames_with_sound(world.recordings[0]), 0U);
    EXPECT_GT(frames_with_sound(world.recordings[1]), 20'000U) << "three tones of 12000 frames";
    const auto shared = world.chains[1]->counters().shared;
    world.run(1s);
    EXPECT_GT(world.chains[1]->counters().shared, shared) << "and share again afterwards";
}

TEST(Tones, ForASinkThatHasNoChainAreNothing) {
    SimWorld world;
    world.attach(0, world.settings(0));
    world.run(1s);
    to_chain(2, [](Chain& chain) noexcept { chain.identify(); })(world.engine);
    world.run(1s);
    EXPECT_EQ(world.engine.snapshot().chains[0].left_out, 0U);
}

TEST(Clicks, GoThroughTheDelayOfEachSink) {
    SimWorld world;
    (void)world.engine.exchange_capture(nullptr);
    world.attach(0, world.settings(0));
    world.attach(1, world.settings(0, Frames{4320}));  // the same cadence, 90 ms behind
    world.run(2s);
    world.engine.play_clicks(1);
    world.run(1s);
    std::array<std::size_t, 2> onset{};
    for (const std::size_t sink : {0U, 1U}) {
        const auto pcm = world.recordings[sink].decode();
        while (onset[sink] < pcm.size() && std::abs(pcm[onset[sink]]) < 8000)
            ++onset[sink];
        ASSERT_LT(onset[sink], pcm.size());
    }
    EXPECT_NEAR(static_cast<double>(onset[1] - onset[0]), 4320, 2);
}

}  // namespace
}  // namespace tandem
