// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/input_flaws.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <vector>

namespace tandem {
namespace {

// Both channels' sample at a time in seconds; full scale is 1.
using Sound = std::function<double(double)>;

InputFlaws flaws_of(const Sound& sound, SampleRate rate = {48000}) {
    FlawMeter meter(rate);
    std::vector<StereoFrame> second;
    for (int i = 0; i < rate.hz; ++i) {
        const double value = std::clamp(sound(static_cast<double>(i) / rate.hz), -1.0, 1.0);
        const auto sample = static_cast<std::int16_t>(std::lround(value * 32767));
        second.push_back({sample, sample});
    }
    const std::span<const StereoFrame> all(second);
    const std::size_t period = 100;  // no divisor of what is put together
    for (std::size_t at = 0; at < all.size(); at += period)
        meter.add(all.subspan(at, std::min(period, all.size() - at)));
    return meter.flaws();
}

double sine(double hz, double time) {
    return std::sin(2 * std::numbers::pi * hz * time);
}

TEST(InputFlaws, HumIsHeardWithItsFrequencyAndLevel) {
    for (const SampleRate rate : {SampleRate{48000}, SampleRate{44100}}) {
        for (const int mains : {50, 60}) {
            const auto flaws = flaws_of(
                [&](double time) {
                    return 0.01 * sine(mains, time) + 0.005 * sine(3 * mains, time);
                },
                rate);
            EXPECT_EQ(flaws.hum.hz, mains);
            EXPECT_NEAR(flaws.hum.rms_dbfs, 20 * std::log10(0.01118 / std::sqrt(2)), 0.2);
        }
    }
}

TEST(InputFlaws, HumOfMainsThatAreNotExactIsStillHeard) {
    for (const double mains : {49.8, 50.2})
        EXPECT_EQ(flaws_of([&](double time) { return 0.01 * sine(mains, time); }).hum.hz, 50);
}

TEST(InputFlaws, MusicAndNoiseAreNoHum) {
    EXPECT_EQ(flaws_of([](double time) { return 0.2 * sine(55, time); }).hum.hz, 0) << "bass, A1";
    EXPECT_EQ(flaws_of([](double time) {
                  return 0.1 * sine(50, time) + 0.1 * sine(220, time) + 0.1 * sine(330, time);
              }).hum.hz,
              0);
    std::mt19937 dice(1);
    std::uniform_real_distribution<double> noise(-0.1, 0.1);
    EXPECT_EQ(flaws_of([&](double) { return noise(dice); }).hum.hz, 0);
    EXPECT_EQ(flaws_of([](double) { return 0.0; }).hum.hz, 0);
}

TEST(InputFlaws, OffsetIsTheMeanOfEachChannelAndNoHum) {
    FlawMeter meter({48000});
    const std::vector<StereoFrame> block(48000, StereoFrame{3277, -1638});
    meter.add(block);
    EXPECT_NEAR(meter.flaws().offset_left, 0.1, 0.001);
    EXPECT_NEAR(meter.flaws().offset_right, -0.05, 0.001);
    EXPECT_EQ(meter.flaws().hum.hz, 0);
    meter.reset();
    EXPECT_EQ(meter.flaws().offset_left, 0);
}

TEST(InputFlaws, OffsetIsNoHumHoweverLongTheStretch) {
    std::mt19937 dice(1);
    std::uniform_int_distribution<int> noise(-30, 30);
    for (const int frames : {40'000, 48'480, 48'700, 60'100}) {
        FlawMeter meter({48000});
        for (int i = 0; i < frames; ++i) {
            const auto sample = static_cast<std::int16_t>(655 + noise(dice));
            const StereoFrame frame{sample, sample};
            meter.add({&frame, 1});
        }
        EXPECT_NEAR(meter.flaws().offset_left, 0.02, 0.001);
        EXPECT_EQ(meter.flaws().hum.hz, 0) << frames << " frames";
    }
}

TEST(InputFlaws, CountsStretchesThatAreCutOffAndNotPeaks) {
    EXPECT_EQ(flaws_of([](double time) { return 0.999 * sine(1000, time); }).clippings, 0U);
    // Twenty cycles, two channels, above and below.
    EXPECT_EQ(flaws_of([](double time) {
                  return time < 0.02 ? 2 * sine(1000, time + 1e-5) : 0.0;
              }).clippings,
              80U);
}

}  // namespace
}  // namespace tandem
