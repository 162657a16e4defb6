// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/channel_strip.hpp"

#include <gtest/gtest.h>
#include <limits>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace tandem {
namespace {

std::vector<StereoFrame> sine_wave(std::size_t frames, double amplitude) {
    std::vector<StereoFrame> out(frames);
    for (std::size_t i = 0; i < frames; ++i) {
        const double phase = 2 * std::numbers::pi * 440 * static_cast<double>(i) / 48000;
        out[i].left = out[i].right =
            static_cast<std::int16_t>(std::lround(amplitude * std::sin(phase)));
    }
    return out;
}

void process(ChannelStrip& strip, std::vector<StereoFrame>& frames) {
    for (std::size_t at = 0; at + 128 <= frames.size(); at += 128)
        strip.process(std::span(frames).subspan(at, 128));
}

TEST(ChannelStrip, IsBitExactAtZeroDecibels) {
    ChannelStrip strip(Role::stereo, 0);
    auto frames = sine_wave(1280, 32767);
    const auto before = frames;
    process(strip, frames);
    EXPECT_EQ(frames, before);
}

TEST(ChannelStrip, EachRolePlaysItsPartOnBothChannels) {
    const auto played = [](Role role) {
        std::vector<StereoFrame> frames(128, StereoFrame{1000, 3000});
        ChannelStrip(role, 0).process(frames);
        return frames[64];
    };
    EXPECT_EQ(played(Role::stereo), (StereoFrame{1000, 3000}));
    EXPECT_EQ(played(Role::left), (StereoFrame{1000, 1000}));
    EXPECT_EQ(played(Role::right), (StereoFrame{3000, 3000}));
    EXPECT_EQ(played(Role::mono), (StereoFrame{2000, 2000}));
}

TEST(ChannelStrip, AppliesTheGain) {
    ChannelStrip strip(Role::stereo, -6.0206);
    std::vector<StereoFrame> frames(128, StereoFrame{10000, -10000});
    strip.process(frames);
    EXPECT_NEAR(frames[100].left, 5000, 1);
    EXPECT_NEAR(frames[100].right, -5000, 1);
}

TEST(ChannelStrip, ANewGainComesWithoutAStep) {
    ChannelStrip strip(Role::stereo, 0);
    strip.set_gain_db(-20);
    std::vector<StereoFrame> frames(256, StereoFrame{10000, 10000});
    process(strip, frames);
    for (std::size_t i = 1; i < frames.size(); ++i)
        EXPECT_LT(std::abs(frames[i].left - frames[i - 1].left), 100);
    EXPECT_NEAR(frames[255].left, 1000, 1);
}

TEST(ChannelStrip, APositiveGainIsLimitedInsteadOfClipped) {
    ChannelStrip strip(Role::stereo, 12);
    auto frames = sine_wave(48000, 20000);
    process(strip, frames);
    // A clipped sine_wave sticks at full scale; a limited one only touches it.
    const auto at_limit = std::count_if(frames.begin() + 4800, frames.end(), [](const auto& frame) {
        return std::abs(int{frame.left}) >= 32767;
    });
    const auto peak = std::max_element(frames.begin() + 4800, frames.end(), [](auto& a, auto& b) {
                          return a.left < b.left;
                      })->left;
    EXPECT_LT(static_cast<double>(at_limit) / 43200, 0.01);
    EXPECT_GT(peak, 30000);
}

TEST(ChannelStrip, ComesBackToItsGainAfterALoudMoment) {
    ChannelStrip strip(Role::stereo, 6);
    std::vector<StereoFrame> loud(128, StereoFrame{32000, 32000});
    strip.process(loud);
    std::vector<StereoFrame> quiet(128 * 800, StereoFrame{1000, 1000});
    process(strip, quiet);
    EXPECT_LT(quiet[128].left, 1200);
    EXPECT_NEAR(quiet.back().left, 1995, 5);
}

TEST(ChannelStrip, MutedGivesSilenceAfterOneBlockAndTheSoundComesBack) {
    ChannelStrip strip(Role::stereo, 0);
    std::vector<StereoFrame> block(128, StereoFrame{20000, -20000});
    strip.set_gain_db(-std::numeric_limits<double>::infinity());
    strip.process(block);
    EXPECT_GT(block[0].left, 19000) << "by a ramp, so that it never clicks";
    EXPECT_EQ(block[127].left, 0);
    block.assign(128, StereoFrame{20000, -20000});
    strip.process(block);
    EXPECT_TRUE(std::ranges::all_of(
        block, [](const StereoFrame& frame) { return frame.left == 0 && frame.right == 0; }));
    strip.set_gain_db(0);
    for (int i = 0; i < 2; ++i) {
        block.assign(128, StereoFrame{20000, -20000});
        strip.process(block);
    }
    EXPECT_EQ(block[0].left, 20000);
}

}  // namespace
}  // namespace tandem
