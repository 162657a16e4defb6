// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/alignment.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "tandem/audio/sinc_interpolator.hpp"

namespace tandem {
namespace {

// Noise with nothing left near half the rate, where no interpolation can shift it.
std::vector<StereoFrame> soft_noise(std::size_t count) {
    std::mt19937 random(7);
    std::normal_distribution<double> white(0.0, 20000.0);
    std::vector<StereoFrame> frames(count);
    std::array<double, 4> poles{};
    for (StereoFrame& frame : frames) {
        double level = white(random);
        for (double& pole : poles)
            level = pole += 0.3 * (level - pole);
        frame.left = frame.right = static_cast<std::int16_t>(std::lround(level));
    }
    return frames;
}

std::vector<StereoFrame> delayed(const std::vector<StereoFrame>& frames, double fraction) {
    const SincInterpolator interpolator;
    std::vector<StereoFrame> out(frames.size());
    for (std::size_t i = 32; i + 32 < frames.size(); ++i) {
        const auto around = std::span(frames).subspan(i - SincInterpolator::kBefore - 1);
        const StereoSample sample =
            interpolator.at(around.first<SincInterpolator::kTaps>(), 1.0 - fraction);
        out[i].left = static_cast<std::int16_t>(std::lround(sample.left));
        out[i].right = static_cast<std::int16_t>(std::lround(sample.right));
    }
    return out;
}

TEST(Alignment, FindsAPieceToAHundredthOfASample) {
    const auto frames = soft_noise(16384);
    const auto mono = to_mono(frames);
    for (const double fraction : {0.1, 0.25, 0.5, 0.77}) {
        const auto late = to_mono(delayed(frames, fraction));
        const auto found =
            find_piece(std::span(mono).subspan(4000, 4096), std::span(late).subspan(3000, 6000));
        ASSERT_TRUE(found);
        EXPECT_NEAR(found->offset, 1000 + fraction, 0.01);
        EXPECT_GT(found->correlation, 0.99);
    }
}

TEST(Alignment, SaysWhetherAnotherPlaceFitsAsWell) {
    const auto noise = to_mono(soft_noise(16384));
    const auto once =
        find_piece(std::span(noise).subspan(4000, 4096), std::span(noise).subspan(3000, 6000));
    ASSERT_TRUE(once);
    EXPECT_LT(once->rival, 0.5);
    std::vector<float> note(16384);
    for (std::size_t i = 0; i < note.size(); ++i)
        note[i] = 0.5F * std::sin(static_cast<float>(i) * 0.05F);
    const auto often =
        find_piece(std::span(note).subspan(4000, 4096), std::span(note).subspan(3000, 6000));
    ASSERT_TRUE(often);
    EXPECT_GT(often->rival, 0.99);
}

TEST(Alignment, SaysThatUnlikeAudioIsUnlike) {
    const auto mono = to_mono(soft_noise(30000));
    const auto found =
        find_piece(std::span(mono).subspan(0, 4096), std::span(mono).subspan(12000, 8000));
    ASSERT_TRUE(found);
    EXPECT_LT(found->correlation, 0.3);
}

TEST(Alignment, FindsNothingInSilence) {
    const std::vector<float> silence(8192);
    const auto mono = to_mono(soft_noise(8192));
    EXPECT_FALSE(find_piece(std::span(silence).first(1024), mono));
    EXPECT_FALSE(find_piece(std::span(mono).first(1024), silence));
}

TEST(SincInterpolator, IsExactOnASample) {
    const SincInterpolator interpolator;
    const auto frames = soft_noise(SincInterpolator::kTaps);
    const StereoSample sample =
        interpolator.at(std::span(frames).first<SincInterpolator::kTaps>(), 0.0);
    EXPECT_NEAR(sample.left, frames[SincInterpolator::kBefore].left, 0.5);
}

TEST(SincInterpolator, FollowsASineBetweenItsSamples) {
    const SincInterpolator interpolator;
    for (const double cycles : {0.01, 0.1, 0.3, 0.4}) {  // of the sample rate
        std::array<StereoFrame, SincInterpolator::kTaps> frames{};
        for (std::size_t i = 0; i < frames.size(); ++i) {
            const double turn = 2 * 3.14159265358979 * cycles;
            const double at = static_cast<double>(i) - SincInterpolator::kBefore;
            frames[i].left = static_cast<std::int16_t>(std::lround(20000 * std::sin(turn * at)));
            frames[i].right = static_cast<std::int16_t>(std::lround(20000 * std::cos(turn * at)));
        }
        for (const double fraction : {0.125, 0.5, 0.9}) {
            const double phase = 2 * 3.14159265358979 * cycles * fraction;
            const StereoSample sample = interpolator.at(frames, fraction);
            EXPECT_NEAR(sample.left, 20000 * std::sin(phase), 240) << cycles << " " << fraction;
            EXPECT_NEAR(sample.right, 20000 * std::cos(phase), 240) << cycles << " " << fraction;
        }
    }
}

}  // namespace
}  // namespace tandem
