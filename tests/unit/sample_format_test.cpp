// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/sample_format.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "tandem/audio/levels.hpp"

namespace tandem {
namespace {

std::vector<StereoFrame> convert(std::vector<std::uint8_t> raw, SampleFormat format,
                                 ChannelLayout layout, std::size_t frames) {
    Dither dither;
    std::vector<StereoFrame> out(frames);
    convert_frames(raw, format, layout, dither, out);
    return out;
}

TEST(SampleFormat, SixteenBitStereoPassesUnchanged) {
    const auto out = convert({0x34, 0x12, 0x00, 0x80, 0xff, 0x7f, 0xff, 0xff}, SampleFormat::s16le,
                             ChannelLayout::stereo, 2);
    EXPECT_EQ(out[0], (StereoFrame{0x1234, -32768}));
    EXPECT_EQ(out[1], (StereoFrame{32767, -1}));
}

TEST(SampleFormat, MonoSoundsOnBothChannels) {
    const auto out = convert({0x34, 0x12, 0xfe, 0xff}, SampleFormat::s16le, ChannelLayout::mono, 2);
    EXPECT_EQ(out[0], (StereoFrame{0x1234, 0x1234}));
    EXPECT_EQ(out[1], (StereoFrame{-2, -2}));
}

TEST(SampleFormat, LeftOfTwoIgnoresTheRightChannel) {
    const auto out = convert({0x34, 0x12, 0x78, 0x56, 0x01, 0x00, 0x02, 0x00}, SampleFormat::s16le,
                             ChannelLayout::left_of_two, 2);
    EXPECT_EQ(out[0], (StereoFrame{0x1234, 0x1234}));
    EXPECT_EQ(out[1], (StereoFrame{1, 1}));
}

// -0x123400 in 24 bit is -0x1234 in 16: the dither may move it by one step.
TEST(SampleFormat, WideFormatsKeepTheirHighBitsAndSign) {
    struct Case {
        SampleFormat format;
        std::vector<std::uint8_t> raw;
    };
    const std::array<Case, 3> cases{{{SampleFormat::s24_3le, {0x00, 0xcc, 0xed}},
                                     {SampleFormat::s24le, {0x00, 0xcc, 0xed, 0x55}},
                                     {SampleFormat::s32le, {0x00, 0x00, 0xcc, 0xed}}}};
    for (const Case& c : cases) {
        const auto out = convert(c.raw, c.format, ChannelLayout::mono, 1);
        EXPECT_NEAR(out[0].left, -0x1234, 1);
        EXPECT_EQ(out[0].left, out[0].right);
    }
}

TEST(Dither, KeepsTheMeanOfAValueBetweenTwoSteps) {
    Dither dither;
    const std::int32_t quarter = 1000 * 65536 + 16384;  // 1000.25 steps of 16 bit
    double sum = 0;
    constexpr int draws = 200000;
    for (int i = 0; i < draws; ++i)
        sum += dither.to_16_bit(quarter);
    EXPECT_NEAR(sum / draws, 1000.25, 0.01);
}

// TPDF's property: the error's variance is 1/4 step^2 (1/12 of rounding, 2/12 of the dither)
// wherever the value lies between two steps; plain rounding or rectangular dither breathe.
TEST(Dither, ErrorPowerDoesNotFollowTheSignal) {
    for (const std::int32_t fraction : {0, 8192, 16384, 32768, 49152}) {
        Dither dither;
        double squares = 0;
        constexpr int draws = 200000;
        for (int i = 0; i < draws; ++i) {
            const double error = dither.to_16_bit(fraction) - fraction / 65536.0;
            squares += error * error;
        }
        EXPECT_NEAR(squares / draws, 0.25, 0.01) << "fraction " << fraction;
    }
}

TEST(Dither, NeverWrapsAtFullScale) {
    Dither dither;
    for (int i = 0; i < 10000; ++i) {
        EXPECT_GE(dither.to_16_bit(INT32_MAX), 32766);
        EXPECT_LE(dither.to_16_bit(INT32_MIN), -32767);
    }
}

TEST(LevelMeter, ReadsAFullScaleSine) {
    LevelMeter meter;
    std::vector<StereoFrame> block(48000);
    for (std::size_t i = 0; i < block.size(); ++i) {
        const double phase = 2.0 * 3.14159265358979 * 1000.0 * static_cast<double>(i) / 48000.0;
        block[i] = {static_cast<std::int16_t>(std::lround(32767.0 * std::sin(phase))), -3277};
    }
    meter.add(block);
    const Levels levels = meter.levels();
    EXPECT_NEAR(levels.left.peak_dbfs, 0.0, 0.01);
    EXPECT_NEAR(levels.left.rms_dbfs, -3.01, 0.01);
    EXPECT_NEAR(levels.right.peak_dbfs, -20.0, 0.01);
    EXPECT_NEAR(levels.right.rms_dbfs, -20.0, 0.01);
}

TEST(LevelMeter, ReportsSilenceAndNothingAsTheFloor) {
    LevelMeter meter;
    EXPECT_EQ(meter.levels().left.peak_dbfs, kSilenceDbfs);
    const std::array<StereoFrame, 4> silence{};
    meter.add(silence);
    EXPECT_EQ(meter.levels().right.rms_dbfs, kSilenceDbfs);
}

TEST(LevelMeter, TakesTheLowestSampleWithoutOverflow) {
    LevelMeter meter;
    const std::array<StereoFrame, 1> lowest{{{-32768, 0}}};
    meter.add(lowest);
    EXPECT_EQ(meter.peak(), 32768);
    EXPECT_NEAR(meter.levels().left.peak_dbfs, 0.0, 1e-9);
}

TEST(LevelMeter, ForgetsOnReset) {
    LevelMeter meter;
    const std::array<StereoFrame, 1> loud{{{30000, 30000}}};
    meter.add(loud);
    meter.reset();
    EXPECT_EQ(meter.peak(), 0);
    EXPECT_EQ(meter.levels().left.rms_dbfs, kSilenceDbfs);
}

}  // namespace
}  // namespace tandem
