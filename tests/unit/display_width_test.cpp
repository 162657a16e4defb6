// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/base/display_width.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem {
namespace {

using ::testing::ElementsAre;

TEST(DisplayWidth, IsOfColumnsNotOfBytes) {
    EXPECT_EQ(display_width(""), 0);
    EXPECT_EQ(display_width("left"), 4);
    EXPECT_EQ(display_width("Küche"), 5);
    EXPECT_EQ(display_width("Ku\u0308che"), 5) << "an accent of its own takes no column";
    EXPECT_EQ(display_width("音響"), 4) << "a wide letter takes two";
    EXPECT_EQ(display_width("\x1b[32mleft\x1b[0m"), 4) << "a colour takes none";
}

TEST(DisplayWidth, OfWhatIsNotUtf8IsOneColumnForEachByte) {
    EXPECT_EQ(display_width("\xff\xfe"), 2);
    EXPECT_EQ(display_width("a\xc3"), 2);
    EXPECT_EQ(display_width("12\x1b[3"), 2) << "a colour that never ends";
}

TEST(DisplayWidth, PaddingAlignsWhateverTheLetters) {
    EXPECT_EQ(padded("Küche", 7), "Küche  ");
    EXPECT_EQ(padded("音響", 5), "音響 ");
    EXPECT_EQ(padded("too wide", 3), "too wide");
}

TEST(DisplayWidth, ALineThatFitsIsNotShortened) {
    EXPECT_EQ(shortened("one, two", 8), "one, two");
}

TEST(DisplayWidth, ALineIsShortenedAtAClauseBeforeAWord) {
    EXPECT_EQ(shortened("48000 Hz, 2 channels, period 128", 30), "48000 Hz, 2 channels, ...");
    EXPECT_EQ(shortened("48000 Hz, 2 channels, period 128", 24), "48000 Hz, ...");
    EXPECT_EQ(shortened("one two three four", 12), "one two...");
    EXPECT_EQ(shortened("hw:1,0 USB Audio", 9), "hw:1,0...") << "no comma inside of a word";
}

TEST(DisplayWidth, AWordIsBrokenOnlyWhereItAloneIsTooWide) {
    EXPECT_EQ(shortened("incomprehensible", 9), "incomp...");
    EXPECT_EQ(shortened("音響音響", 7), "音響...");
    EXPECT_EQ(shortened("abc", 2), "ab");
}

TEST(DisplayWidth, ShorteningKeepsColours) {
    EXPECT_EQ(shortened("\x1b[32mone two\x1b[0m", 6), "\x1b[32mone...\x1b[0m");
}

TEST(DisplayWidth, WrappingBreaksAtSpaces) {
    EXPECT_THAT(wrapped("move it closer, or set a profile", 15),
                ElementsAre("move it closer,", "or set a", "profile"));
    EXPECT_THAT(wrapped("abcdef gh", 4), ElementsAre("abcd", "ef", "gh"));
    EXPECT_THAT(wrapped("", 4), ElementsAre());
}

}  // namespace
}  // namespace tandem
