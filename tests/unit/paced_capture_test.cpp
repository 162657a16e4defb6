// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/paced_capture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tandem/audio/wav.hpp"

namespace tandem {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Counts: the frame at position p is {p mod 1000, p div 1000}.
class CountingSource final : public PacedSource {
  public:
    void copy(Position from, std::span<StereoFrame> into) noexcept override {
        for (StereoFrame& frame : into) {
            frame = {static_cast<std::int16_t>(from.frames % 1000),
                     static_cast<std::int16_t>(from.frames / 1000)};
            from += Frames{1};
        }
    }
};

std::int64_t position_in(const StereoFrame& frame) {
    return frame.right * 1000 + frame.left;
}

const Time start{std::chrono::seconds{1000}};

PacedCapture counting(SampleRate rate, Frames period) {
    return PacedCapture(std::make_unique<CountingSource>(), rate, period);
}

TEST(PacedCapture, HandsOutNothingBeforeAPeriodIsWhole) {
    PacedCapture capture = counting(SampleRate{48000}, Frames{480});
    std::array<StereoFrame, 1024> block;
    EXPECT_EQ(capture.read(block, start).frames, 0U);
    EXPECT_EQ(capture.read(block, start + milliseconds{10} - nanoseconds{1}).frames, 0U);
    const CaptureRead read = capture.read(block, start + milliseconds{10});
    EXPECT_EQ(read.frames, 480U);
    ASSERT_TRUE(read.stamped);
    EXPECT_EQ(read.stamp.captured, Frames{480});
    EXPECT_EQ(read.stamp.time, start + milliseconds{10});
}

TEST(PacedCapture, KeepsToTheRateForAnHourAt44100) {
    PacedCapture capture = counting(SampleRate{44100}, Frames{441});
    std::array<StereoFrame, 4096> block;
    std::int64_t frames = 0;
    (void)capture.read(block, start);
    for (int tick = 1; tick <= 3600 * 40; ++tick) {
        frames +=
            static_cast<std::int64_t>(capture.read(block, start + tick * milliseconds{25}).frames);
    }
    EXPECT_EQ(frames, 3600LL * 44100);
}

TEST(PacedCapture, StampsOnceAPeriodAndExactly) {
    PacedCapture capture = counting(SampleRate{44100}, Frames{128});
    std::array<StereoFrame, 512> block;
    (void)capture.read(block, start);
    std::int64_t seen = 0;
    for (int tick = 1; tick < 2000; ++tick) {
        const Time now = start + tick * milliseconds{1};
        const CaptureRead read = capture.read(block, now);
        if (!read.stamped) {
            EXPECT_EQ(read.frames, 0U);
            continue;
        }
        EXPECT_EQ(read.stamp.captured.count % 128, 0);
        EXPECT_GT(read.stamp.captured.count, seen);
        seen = read.stamp.captured.count;
        EXPECT_EQ(read.stamp.time, start + duration_of(read.stamp.captured, SampleRate{44100}));
        EXPECT_LE(read.stamp.time, now);
    }
}

TEST(PacedCapture, DeliversLateWhatWasNotRead) {
    PacedCapture capture = counting(SampleRate{48000}, Frames{480});
    std::array<StereoFrame, 1000> block;
    (void)capture.read(block, start);
    const Time late = start + milliseconds{900};
    std::int64_t next = 0;
    for (CaptureRead read = capture.read(block, late); read.frames > 0;
         read = capture.read(block, late)) {
        for (std::size_t i = 0; i < read.frames; ++i)
            ASSERT_EQ(position_in(block[i]), next++);
    }
    EXPECT_EQ(next, 48 * 900);
}

TEST(PacedCapture, RestartsAfterMoreThanASecondAndSkipsWhatWasLost) {
    PacedCapture capture = counting(SampleRate{48000}, Frames{480});
    std::array<StereoFrame, 480> block;
    (void)capture.read(block, start);
    const Time back = start + milliseconds{1500};
    EXPECT_EQ(capture.read(block, back).status, CaptureStatus::restarted);
    const CaptureRead read = capture.read(block, back + milliseconds{10});
    EXPECT_EQ(read.frames, 480U);
    EXPECT_EQ(read.stamp.captured, Frames{480});
    EXPECT_EQ(position_in(block[0]), 48 * 1500);
}

TEST(PacedCapture, TakesAClockThatStandsStill) {
    PacedCapture capture = counting(SampleRate{48000}, Frames{480});
    std::array<StereoFrame, 480> block;
    (void)capture.read(block, start + milliseconds{20});
    const CaptureRead read = capture.read(block, start);
    EXPECT_EQ(read.frames, 0U);
    EXPECT_FALSE(read.stamped);
}

TEST(WavSource, LoopsWithoutASeam) {
    const std::string path = testing::TempDir() + "loop.wav";
    std::vector<StereoFrame> frames;
    for (std::int16_t i = 0; i < 100; ++i)
        frames.push_back({i, static_cast<std::int16_t>(-i)});
    {
        WavWriter writer(path, SampleRate{48000});
        writer.write(frames);
    }
    const auto source = open_wav_source(path, SampleRate{48000});
    std::vector<StereoFrame> out(350);
    source->copy(Position{30}, out);
    for (std::size_t i = 0; i < out.size(); ++i)
        ASSERT_EQ(out[i], frames[(30 + i) % 100]);
}

TEST(WavSource, IsSilentFromWhereTheFileWasCutShortWhileItPlays) {
    const std::string path = testing::TempDir() + "cut-short.wav";
    constexpr std::size_t whole = 100'000;
    WavWriter writer(path, SampleRate{48000});
    writer.write(std::vector<StereoFrame>(whole, StereoFrame{7, -7}));
    writer.close();
    const auto source = open_wav_source(path, SampleRate{48000});
    std::vector<StereoFrame> heard(whole);
    source->copy(Position{}, heard);
    EXPECT_EQ(std::ranges::count(heard, StereoFrame{7, -7}), static_cast<std::ptrdiff_t>(whole));
    std::filesystem::resize_file(path, 44 + 50'000 * sizeof(StereoFrame));
    source->copy(Position{}, heard);
    EXPECT_EQ(heard[49'999], (StereoFrame{7, -7}));
    EXPECT_EQ(std::count(heard.begin() + 50'000, heard.end(), StereoFrame{}), 50'000);
}

TEST(OpenCapture, SaysWhatIsWrongWithAFile) {
    const auto reason_of = [](const CaptureSettings& settings) -> CaptureReason {
        try {
            (void)open_capture(settings);
        } catch (const CaptureError& error) {
            return error.reason();
        }
        return CaptureReason::none;  // it was opened
    };
    const std::string path = testing::TempDir() + "rate.wav";
    {
        WavWriter writer(path, SampleRate{44100});
        writer.write(std::vector<StereoFrame>(10));
    }
    EXPECT_EQ(reason_of({.device = "file:" + path, .rate = {48000}}), CaptureReason::card_refused);
    EXPECT_EQ(reason_of({.device = "file:" + path, .rate = {44100}}), CaptureReason::none);
    EXPECT_EQ(reason_of({.device = "file:/nowhere.wav"}), CaptureReason::file_unreadable);
    EXPECT_EQ(reason_of({.device = "file:/"}), CaptureReason::file_unreadable);
    const std::string text = testing::TempDir() + "text.wav";
    std::ofstream(text) << "this is no audio";
    EXPECT_EQ(reason_of({.device = "file:" + text}), CaptureReason::file_unreadable);
}

TEST(ToneSource, SwellsTwiceASecondBelowMinusTwelveDecibels) {
    const auto source = make_tone_source(SampleRate{48000});
    std::vector<StereoFrame> second(48000);
    source->copy(Position{0}, second);
    const auto peak_in = [&](std::size_t from, std::size_t to) {
        int peak = 0;
        for (std::size_t i = from; i < to; ++i)
            peak = std::max(peak, std::abs(int{second[i].left}));
        return peak;
    };
    EXPECT_NEAR(20 * std::log10(peak_in(0, 48000) / 32768.0), -12.0, 0.1);
    EXPECT_GT(peak_in(23000, 25000), 5 * peak_in(11000, 13000));
    std::vector<StereoFrame> later(100);
    source->copy(Position{48000LL * 7 + 47950}, later);
    EXPECT_TRUE(std::equal(later.begin() + 50, later.end(), second.begin()));
}

TEST(ToneSource, HasItsTwoPitches) {
    const auto source = make_tone_source(SampleRate{44100});
    std::vector<StereoFrame> second(44100);
    source->copy(Position{0}, second);
    int left = 0;
    int right = 0;
    for (std::size_t i = 1; i < second.size(); ++i) {
        left += second[i - 1].left < 0 && second[i].left >= 0;
        right += second[i - 1].right < 0 && second[i].right >= 0;
    }
    EXPECT_NEAR(left, 440, 1);
    EXPECT_NEAR(right, 660, 1);
}

}  // namespace
}  // namespace tandem
