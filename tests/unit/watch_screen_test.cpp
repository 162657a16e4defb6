// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/status/watch_screen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <sstream>
#include <vector>

#include "tandem/base/display_width.hpp"

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

TEST(WatchScreen, HasEverythingAt80By24) {
    WatchHistory history;
    history.note(two_that_play());
    const auto text = watch_screen(two_that_play(), history, {24, 80}, {});
    const auto lines = lines_of(text);
    EXPECT_LE(lines.size(), 24U);
    for (const auto* part : {"All is well: 2 sinks are playing in step.", "\ninput ", "\n      L #",
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
            EXPECT_LE(display_width(line), size.columns) << line;
        EXPECT_THAT(text, StartsWith("Tandem")) << "what matters most stays";
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

// As the lab shows them, with as much to say as there can be.
BridgeStatus two_with_much_to_say() {
    auto status = two_that_play();
    status.capture.description =
        "hw:CARD=Loopback,DEV=1 Loopback PCM, 48000 Hz, S16_LE, 2 channels, period 128 frames";
    status.capture.clippings_last_minute = 30;
    status.capture.hum_hz = 50;
    status.timeline.jitter_us = 134.98;
    status.sinks[1].reason = ReasonCode::link_slow;
    status.sinks[1].detail =
        "the link to right carries less than the stream needs, so its bitpool is lowered: move the "
        "speaker closer, or the adapter away from Wi-Fi and USB 3";
    return status;
}

std::string last_word_of(std::string line) {
    while (!line.empty() && std::isalnum(static_cast<unsigned char>(line.back())) == 0)
        line.pop_back();
    const auto begin = line.find_last_of(" (\"");
    return begin == std::string::npos ? line : line.substr(begin + 1);
}

std::set<std::string> words_of(const std::string& text) {
    std::set<std::string> words;
    std::istringstream stream(text);
    for (std::string word; stream >> word;)
        words.insert(last_word_of(word));
    words.erase("");
    return words;
}

TEST(WatchScreen, EndsNoLineInMidWord) {
    const auto status = two_with_much_to_say();
    WatchHistory history;
    history.note(status);
    const auto words = words_of(watch_screen(status, history, {100, 400}, {}));
    for (const int columns : {80, 72, 60, 50, 40, 32, 24}) {
        const auto text = watch_screen(status, history, {100, columns}, {});
        for (const auto& line : lines_of(text)) {
            EXPECT_LE(display_width(line), columns) << line;
            if (line.empty()) continue;
            EXPECT_TRUE(words.contains(last_word_of(line))) << columns << " columns: " << line;
        }
    }
}

TEST(WatchScreen, KeepsTheUnitsOfItsScalesAt80By24) {
    const auto status = two_with_much_to_say();
    WatchHistory history;
    for (int i = 0; i < 200; ++i)
        history.note(status);
    const auto text = watch_screen(status, history, {24, 80}, {Colours::off, Glyphs::blocks});
    EXPECT_THAT(text, HasSubstr(" of 1 ms\n")) << text;
    EXPECT_THAT(text, HasSubstr(" of 135 us\n")) << text;
    EXPECT_THAT(text, HasSubstr("\ninput   running, hw:CARD=Loopback,DEV=1 Loopback PCM, 48000 Hz, "
                                "S16_LE, ...\n"));
}

TEST(WatchScreen, SaysWhatToDoEvenOnANarrowTerminal) {
    const auto text = watch_screen(two_with_much_to_say(), {}, {60, 40}, {});
    EXPECT_THAT(text, HasSubstr("\n        away from Wi-Fi and USB 3\n")) << text;
}

TEST(WatchScreen, LeavesAScaleOutWhereThereIsNoRoomForIt) {
    WatchHistory history;
    history.note(two_that_play());
    EXPECT_THAT(watch_screen(two_that_play(), history, {60, 24}, {}),
                HasSubstr("\nskew    0.10 ms\n"));
}

TEST(WatchScreen, ClearsALineBeforeItIsWritten) {
    EXPECT_EQ(drawn_over("one\ntwo\n", 24), "\x1b[H\x1b[2Kone\r\n\x1b[2Ktwo\r\n\x1b[J");
    EXPECT_EQ(drawn_over("one\ntwo\n", 1), "\x1b[H\x1b[2Kone\r\n\x1b[J");
}

TEST(WatchScreen, HasColoursOnlyWhereTheyAreAskedFor) {
    EXPECT_THAT(watch_screen(two_that_play(), {}, {24, 80}, {}), Not(HasSubstr("\x1b")));
    EXPECT_THAT(watch_screen(two_that_play(), {}, {24, 80}, {Colours::on, Glyphs::ascii}),
                HasSubstr("\x1b[32mAll is well"));
}

}  // namespace
}  // namespace tandem
