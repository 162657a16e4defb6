// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/status/watch_screen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace tandem {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

BridgeStatus two_that_play() {
    BridgeStatus status;
    status.version = "0.1.0";
    status.summary = "both speakers playing, skew 0.1 ms";
    status.rate_hz = 48000;
    status.skew_ms = 0.1;
    status.capture.description = "hw:1,0 USB Audio";
    status.capture.state = "running";
    status.capture.level_left_dbfs = -30;
    status.capture.level_right_dbfs = 0;
    status.timeline.locked = true;
    status.timeline.jitter_us = 42;
    for (const auto* name : {"left", "right"}) {
        auto& sink = status.sinks.emplace_back();
        sink.name = name;
        sink.state = "streaming";
        sink.codec = "SBC 48 kHz joint stereo";
        sink.bitpool = 51;
        sink.latency_origin = "reported";
        sink.link_quality = 1;
        sink.rssi_db = -4;
    }
    return status;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

std::size_t columns_of(const std::string& line) {
    return static_cast<std::size_t>(std::ranges::count_if(
        line, [](char octet) { return (static_cast<unsigned char>(octet) & 0xC0) != 0x80; }));
}

TEST(WatchScreen, HasEverythingAt80By24) {
    WatchHistory history;
    history.note(two_that_play());
    const auto text = watch_screen(two_that_play(), history, {24, 80}, {});
    const auto lines = lines_of(text);
    EXPECT_LE(lines.size(), 24U);
    for (const auto* part : {"All is well: 2 sinks play in step.", "\ninput ", "\n      L #",
                             "\n      R #", "\nleft ", "\nright ", "link ########## -4 dB",
                             "\nskew    0.10 ms", "\njitter  42.00 us", "\nq ends this view\n"})
        EXPECT_THAT(text, HasSubstr(part)) << text;
}

TEST(WatchScreen, NeverLeavesTheTerminalHoweverSmall) {
    WatchHistory history;
    auto status = two_that_play();
    status.sinks[0].reason = ReasonCode::link_slow;
    status.sinks[0].detail = std::string(300, 'x');
    for (int i = 0; i < 600; ++i)
        history.note(status);
    for (const ScreenSize size :
         {ScreenSize{24, 80}, ScreenSize{10, 40}, ScreenSize{3, 12}, ScreenSize{60, 250}}) {
        const auto text = watch_screen(status, history, size, {Colours::off, Glyphs::blocks});
        const auto lines = lines_of(text);
        EXPECT_LE(lines.size(), static_cast<std::size_t>(size.rows));
        for (const auto& line : lines)
            EXPECT_LE(columns_of(line), static_cast<std::size_t>(size.columns)) << line;
        EXPECT_THAT(text, StartsWith("Tandem 0.1.")) << "what matters most stays";
    }
}

TEST(WatchScreen, BarGrowsWithTheLevel) {
    EXPECT_EQ(bar(0, 4, Glyphs::ascii), "....");
    EXPECT_EQ(bar(0.5, 4, Glyphs::ascii), "##..");
    EXPECT_EQ(bar(0.5, 4, Glyphs::blocks), "██░░");
    EXPECT_EQ(bar(7, 4, Glyphs::ascii), "####");
    const auto text = watch_screen(two_that_play(), {}, {24, 50}, {});
    EXPECT_THAT(text, HasSubstr("L #####.....  -30.0 dBFS"));
    EXPECT_THAT(text, HasSubstr("R ##########    0.0 dBFS"));
}

TEST(WatchScreen, StripShowsTheNewestAtItsRightEndAndGapsAsGaps) {
    EXPECT_EQ(strip({0, 1, 2, 4}, 4, 6, Glyphs::ascii), "  __-#");
    EXPECT_EQ(strip({9, 9, 1, -1, 4}, 4, 3, Glyphs::ascii), "_ #");
    EXPECT_EQ(strip({4, 0}, 4, 2, Glyphs::blocks), "█▁");
    EXPECT_EQ(strip({4}, 4, 0, Glyphs::ascii), "");
}

TEST(WatchScreen, CuttingOffCountsCharactersAndNoColours) {
    EXPECT_EQ(cut_off("12345", 3), "123");
    EXPECT_EQ(cut_off("██x", 2), "██");
    EXPECT_EQ(cut_off("\x1b[32m12345\x1b[0m", 3), "\x1b[32m123\x1b[0m");
    EXPECT_EQ(cut_off("12\x1b[3", 5), "12\x1b[3");
}

TEST(WatchScreen, HasColoursOnlyWhereTheyAreAskedFor) {
    EXPECT_THAT(watch_screen(two_that_play(), {}, {24, 80}, {}), Not(HasSubstr("\x1b")));
    EXPECT_THAT(watch_screen(two_that_play(), {}, {24, 80}, {Colours::on, Glyphs::ascii}),
                HasSubstr("\x1b[32mAll is well"));
}

}  // namespace
}  // namespace tandem
