// SPDX-License-Identifier: GPL-3.0-or-later
// The skew as it is heard, from recordings of a room that were made up.
#include "heard_skew.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace lab::test {
namespace {

constexpr int kRate = 48000;
constexpr double kSeconds = 16;

double value(const Figures& figures, const std::string& name) {
    return figure(figures, name).value();
}

// The first speaker plays noise as it is, the second from `place` of the first's sample; both at
// half the level.
Sound room(const std::function<double(double)>& place) {
    static const Sound source = noise(kRate, kSeconds + 1, 3);
    Sound recorded{kRate, {}, 2};
    const auto at = [&](double sample) {
        const auto whole = std::floor(sample);
        const auto index = static_cast<std::size_t>(whole + 4800) * 2;
        const double part = sample - whole;
        return source.samples[index] * (1 - part) + source.samples[index + 2] * part;
    };
    for (int i = 0; i < kSeconds * kRate; ++i) {
        recorded.samples.push_back(static_cast<std::int16_t>(at(i) / 2));
        recorded.samples.push_back(static_cast<std::int16_t>(at(place(i)) / 2));
    }
    return recorded;
}

void silence(Sound& sound, int channel, double from_s, double to_s) {
    for (auto i = std::llround(from_s * kRate); i < std::llround(to_s * kRate); ++i)
        sound.samples[static_cast<std::size_t>(2 * i + channel)] = 0;
}

TEST(HeardSkew, TellsWhichSpeakerIsLaterToAFractionOfASample) {
    for (const double late : {48.0, 96.25, 1000.5, -720.75}) {
        const auto figures =
            heard_figures(heard_windows(room([&](double i) { return i - late; }), 0, 1));
        for (const char* name : {"skew_p1_ms", "skew_median_ms", "skew_p99_ms"})
            EXPECT_NEAR(value(figures, name), late / 48, 0.005) << name;
        EXPECT_EQ(value(figures, "windows_unmatched"), 0);
    }
}

TEST(HeardSkew, TellsWhatAnEventChanged) {
    const RoomEvent cut{"cut", 7, 7.4};
    const Sound sound = room([](double i) { return i < 7.4 * kRate ? i - 96 : i + 2976; });
    const auto windows = heard_windows(sound, 0, 1);
    const auto figures = heard_change(windows, cut);
    EXPECT_NEAR(value(figures, "before_ms"), 2, 0.01);
    EXPECT_NEAR(value(figures, "change_ms"), -64, 0.01);
    EXPECT_NEAR(value(figures, "moved_ms"), 64, 0.01);
    const auto beside = heard_change(windows, {"later", 11, 11.1});
    EXPECT_NEAR(value(beside, "change_ms"), 0, 0.01);
}

TEST(HeardSkew, FollowsASpeakerThatBendsItsRate) {
    const auto windows =
        heard_windows(room([](double i) { return i * (1 - 1.0 / 256) + 960; }), 0, 1);
    const auto figures = heard_figures(windows);
    EXPECT_LE(value(figures, "windows_unmatched"), 0.1 * static_cast<double>(windows.size()));
    for (const SkewWindow& window : windows)
        if (window.skew_ms) {
            EXPECT_NEAR(*window.skew_ms, window.at_s * 1000 / 256 - 20, 0.3) << window.at_s;
        }
}

TEST(HeardSkew, HasNoFigureForWhatCannotBeHeard) {
    Sound sound = room([](double i) { return i; });
    silence(sound, 1, 8, 14);
    const auto windows = heard_windows(sound, 0, 1);
    EXPECT_GE(value(heard_figures(windows), "windows_unmatched"), 20);
    EXPECT_FALSE(figure(heard_change(windows, {"cut", 8, 9}), "moved_ms"));
}

TEST(HeardSkew, TellsHowLongASpeakerWasSilent) {
    Sound sound = room([](double i) { return i; });
    silence(sound, 1, 8, 8.2);
    silence(sound, 1, 8.5, 8.8);
    const RoomEvent cut{"cut", 8, 8.5};
    EXPECT_NEAR(value(heard_gaps(sound, 1, cut), "longest_gap_ms"), 300, 10);
    EXPECT_NEAR(value(heard_gaps(sound, 1, cut), "silent_ms"), 500, 20);
    EXPECT_EQ(value(heard_gaps(sound, 0, cut), "silent_ms"), 0);
}

TEST(HeardSkew, IsDrawnWithItsEvents) {
    const std::string svg =
        draw_skew({{1, 2.0}, {2, std::nullopt}, {3, -40.0}}, {{"cut", 2, 3}}, "Title");
    EXPECT_NE(svg.find(">cut</text>"), std::string::npos);
    EXPECT_NE(svg.find(">Title</text>"), std::string::npos);
    std::size_t dots = 0;
    for (std::size_t at = svg.find("<circle"); at != std::string::npos;
         at = svg.find("<circle", at + 1))
        ++dots;
    EXPECT_EQ(dots, 2U);
}

}  // namespace
}  // namespace lab::test
