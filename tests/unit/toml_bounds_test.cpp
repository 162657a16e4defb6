// SPDX-License-Identifier: GPL-3.0-or-later
// Text that would use up the parser's stack is refused by the line it stands on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tandem/config/config.hpp"

namespace tandem {
namespace {

using ::testing::HasSubstr;

std::string refusal_of(const std::string& text) {
    try {
        (void)parse_config(text, "t.toml");
        return "taken";
    } catch (const ConfigError& error) {
        return error.what();
    }
}

std::string times(int count, const std::string& part) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += part;
    return text;
}

constexpr int kMany = 31'000;
const std::string kDeepKey = "a" + times(kMany, ".a");

TEST(TomlBounds, NoWayToNestGoesDeeperThanTheStack) {
    for (const std::string& line :
         {kDeepKey + " = 1", "[" + kDeepKey + "]", "[[" + kDeepKey + "]]",
          "a" + times(kMany, ".\"a\"") + " = 1", "a" + times(kMany, " . 'a'") + " = 1",
          "a = " + times(kMany, "["), "a = " + times(kMany, "{a="),
          "a = {b = \"\"\"\n\"\"\", " + kDeepKey + " = 1}",
          "a = {b = '''\n''', " + kDeepKey + " = 1}",
          "a = {b = \"\"\"\\\"\"\"\"\"\", " + kDeepKey + " = 1}",
          "a = {b = \"\\\\\", " + kDeepKey + " = 1}", "a = {b = '\\', " + kDeepKey + " = 1}"})
        EXPECT_THAT(refusal_of("# first\n" + line + "\n"),
                    HasSubstr("syntax: more than 16 parts within one another"));
}

TEST(TomlBounds, TheLineIsNamed) {
    EXPECT_THAT(refusal_of("\n\"\"\"\n\\\n\"\"\" = 1 #.\n" + kDeepKey), HasSubstr("t.toml:5: "));
}

TEST(TomlBounds, WhatIsNoPartIsNotCounted) {
    EXPECT_EQ(refusal_of("# " + times(100, "a.[{") + "\n[capture]\ndevice = \"" +
                         times(100, "a.[{") + "\"\n"),
              "taken");
    EXPECT_EQ(refusal_of("[capture]\ndevice = '''\n" + times(100, "a.[{\n") + "'''\n"), "taken");
}

TEST(TomlBounds, AFileOfMoreThan256KibIsRefused) {
    EXPECT_EQ(refusal_of(std::string(256 * 1024, '#')), "taken");
    EXPECT_THAT(refusal_of(std::string(256 * 1024 + 1, '#')), HasSubstr("more than 256 KiB"));
}

}  // namespace
}  // namespace tandem
