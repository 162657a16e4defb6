// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal_screen.hpp"

#include <gtest/gtest.h>

namespace lab::test {
namespace {

using Lines = std::vector<std::string>;

TEST(TerminalScreen, ShowsWhatIsWritten) {
    TerminalScreen screen{3, 10};
    screen.write("one\r\ntwo ");
    EXPECT_EQ(screen.lines(), (Lines{"one", "two"}));
    EXPECT_EQ(screen.text(), "one\ntwo\n\n");
}

TEST(TerminalScreen, KeepsTheLinesThatScrollOff) {
    TerminalScreen screen{2, 10};
    screen.write("one\r\ntwo\r\nthree");
    EXPECT_EQ(screen.lines(), (Lines{"one", "two", "three"}));
    EXPECT_EQ(screen.text(), "two\nthree\n");
}

TEST(TerminalScreen, RenewsLinesInPlace) {
    TerminalScreen screen{4, 20};
    screen.write("Which?\r\n\r\x1b[Kmany rows\r\n\r\x1b[Kmore\r\n\x1b[J");
    screen.write("\x1b[2A\r\x1b[Kone\r\n\x1b[J");
    EXPECT_EQ(screen.lines(), (Lines{"Which?", "one"}));
}

TEST(TerminalScreen, WrapsLinesUnlessItIsToldNotTo) {
    TerminalScreen screen{3, 4};
    screen.write("abcdef");
    EXPECT_EQ(screen.lines(), (Lines{"abcd", "ef"}));
    screen.write("\x1b[H\x1b[J\x1b[?7labcdef\r\n\x1b[?7hx");
    EXPECT_EQ(screen.lines(), (Lines{"abcd", "x"}));
}

TEST(TerminalScreen, ClearingALineThatIsFullTakesItsLastColumn) {
    TerminalScreen screen{2, 4};
    screen.write("\x1b[?7labcd\x1b[K");
    EXPECT_EQ(screen.lines(), Lines{"abc"});
    screen.write("\x1b[2K\rxyz");
    EXPECT_EQ(screen.lines(), Lines{"xyz"});
}

TEST(TerminalScreen, BeginsTheOtherScreenEmpty) {
    TerminalScreen screen{2, 8};
    screen.write("a\r\nb\r\nc\x1b[?1049h\x1b[?25l\x1b[Hd");
    EXPECT_EQ(screen.lines(), Lines{"d"});
}

TEST(TerminalScreen, TakesCharactersAndSequencesInPieces) {
    TerminalScreen screen{1, 8};
    screen.write("\xe2\x96");
    screen.write("\x88\x1b");
    screen.write("[3");
    screen.write("2mok\x1b[0m");
    EXPECT_EQ(screen.lines(), Lines{"\xe2\x96\x88ok"});
}

}  // namespace
}  // namespace lab::test
