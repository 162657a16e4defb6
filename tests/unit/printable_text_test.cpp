// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/base/printable_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tandem {
namespace {

TEST(PrintableText, LeavesOrdinaryTextOfAnyScriptAsItIs) {
    for (const char* text : {"JBL Flip 5", "Küche", "キッチン", "Việt", "🔊 Bad", ""})
        EXPECT_EQ(printable_text(text), text);
}

TEST(PrintableText, PutsAMarkForEachControlCharacter) {
    EXPECT_EQ(printable_text("a\x1b[2Jb\x7f"), "a?[2Jb?");
    EXPECT_EQ(printable_text("a\xC2\x9B"
                             "31mb\xC2\x80\xC2\x9F"),
              "a?31mb??");
    EXPECT_EQ(printable_text(std::string_view{"a\0b", 3}), "a?b");
}

TEST(PrintableText, IsOneLine) {
    EXPECT_EQ(printable_text("a\r\nb\tc\xE2\x80\xA8"
                             "d\xC2\x85"
                             "e"),
              "a  b c?d?e");
}

TEST(PrintableText, LetsNothingTurnTheLineAround) {
    for (const char* control : {"\u061C", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D",
                                "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"})
        EXPECT_EQ(printable_text(std::string("a") + control + "b"), "a?b");
}

TEST(PrintableText, ShowsThatSomethingInvisibleWasThere) {
    for (const char* invisible :
         {"\u00AD", "\u034F", "\u200B", "\u2060", "\u3164", "\uFEFF", "\U000E0041"})
        EXPECT_EQ(printable_text(std::string("a") + invisible + "b"), "a?b");
}

TEST(PrintableText, EndsAFloodOfCombiningMarks) {
    std::string flood = "e";
    for (int i = 0; i < 200; ++i)
        flood += "\u0301";
    EXPECT_EQ(printable_text(flood + "!"), "e\u0301\u0301\u0301!");
    EXPECT_EQ(printable_text("\u0301 \u0301x"), " x");  // nothing to stand on but what is before
}

TEST(PrintableText, EndsRightToLeftTextBeforeWhatFollowsIt) {
    EXPECT_EQ(printable_text("שלום"), "שלום\u200E");
    EXPECT_EQ(printable_text("שלום עולם, 52"),
              "שלום עולם, \u200E"
              "52");
    EXPECT_EQ(printable_text("a\u200E"), "a");  // there is nothing to end
}

TEST(PrintableText, PutsAMarkForEachOctetThatIsNoUtf8) {
    EXPECT_EQ(printable_text("K\xFC"
                             "che"),
              "K?che");
    EXPECT_EQ(printable_text("\xC0\x9B"), "??");       // a longer form than needed
    EXPECT_EQ(printable_text("\xED\xA0\x80"), "???");  // a surrogate
    EXPECT_EQ(printable_text("a\xE2\x80"), "a??");     // cut off
    EXPECT_EQ(printable_text("\xF4\x90\x80\x80"), "????");
}

TEST(PrintableText, IsTheSameWhenMadeTwice) {
    for (const char* text :
         {"שלום a", "a\x1b\u202E\u0301\u0301\u0301\u0301", "مرحبا", "\xFF\xC2"}) {
        const std::string once = printable_text(text);
        EXPECT_EQ(printable_text(once), once);
        EXPECT_EQ(printable_text("x " + once + " y"), "x " + once + " y");
    }
}

TEST(PrintableText, FitsAColumnWithoutCuttingACharacter) {
    EXPECT_EQ(fit_to_width("キッチン", 8), "キッチン");
    EXPECT_EQ(fit_to_width("キッチン", 7), "キッ...");
    EXPECT_EQ(fit_to_width("キッチン", 6), "キ...");
    EXPECT_EQ(fit_to_width("abcdef", 2), "..");
}

}  // namespace
}  // namespace tandem
