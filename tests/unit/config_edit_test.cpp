// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/config_edit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "fakes/temporary_folder.hpp"
#include "tandem/config/config.hpp"

namespace tandem {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

// `text` with the one place where it says `before` saying `after`.
std::string with(std::string text, const std::string& before, const std::string& after) {
    const auto at = text.find(before);
    EXPECT_NE(at, std::string::npos) << before;
    return text.replace(at, before.size(), after);
}

constexpr const char* kFile = R"(# The speakers of the kitchen: naïve layout  
[capture]
device = "tone"   # for a test

[[sink]]
name = "left"
address = "AA:BB:CC:DD:EE:FF"
trim_ms = +3.0    # by ear, trim_ms = 4 was too much

[[sink]]
  address = "11:22:33:44:55:66"	# tabs	here
  name = "kökken"  # the other one
  gain_db = -3
)";

TEST(ConfigEdit, ReplacesTheNumberAndKeepsEveryOtherByte) {
    EXPECT_EQ(with_trim(kFile, "left", 12500us, "t.toml"),
              with(kFile, "trim_ms = +3.0 ", "trim_ms = 12.5 "));
    EXPECT_EQ(with_trim(kFile, "left", -250us, "t.toml"),
              with(kFile, "trim_ms = +3.0 ", "trim_ms = -0.25 "));
    EXPECT_EQ(with_trim(kFile, "left", 0ms, "t.toml"),
              with(kFile, "trim_ms = +3.0 ", "trim_ms = 0.0 "));
}

TEST(ConfigEdit, AddsTheLineBelowTheNameInItsStyle) {
    EXPECT_EQ(with_trim(kFile, "kökken", 7ms, "t.toml"),
              with(kFile, "# the other one\n", "# the other one\n  trim_ms = 7.0\n"));
}

TEST(ConfigEdit, GainIsReplacedOrAddedAsATrimIs) {
    EXPECT_EQ(with_gain(kFile, "kökken", -4.5, "t.toml"),
              with(kFile, "gain_db = -3\n", "gain_db = -4.5\n"));
    EXPECT_EQ(with_gain(kFile, "left", 2, "t.toml"),
              with(kFile, "name = \"left\"\n", "name = \"left\"\ngain_db = 2.0\n"));
    EXPECT_THROW((void)with_gain(kFile, "left", 40, "t.toml"), ConfigError);
}

TEST(ConfigEdit, TakesFilesHoweverTheyAreWritten) {
    const std::string sink = "[[sink]]\naddress = \"virtual\"\n";
    const struct {
        std::string before;
        std::string after;
    } cases[] = {
        {sink + "name = \"left\"", sink + "name = \"left\"\ntrim_ms = 7.5\n"},
        {sink + "name = \"left\"\r\n", sink + "name = \"left\"\r\ntrim_ms = 7.5\r\n"},
        {sink + "name = \"left\"\r\ntrim_ms = 1\r\n",
         sink + "name = \"left\"\r\ntrim_ms = 7.5\r\n"},
        {sink + "name='left'\n\"trim_ms\"=1#x\n", sink + "name='left'\n\"trim_ms\"=7.5#x\n"},
        {sink + "name = \"left\"\ntrim_ms = 1_0.5e0", sink + "name = \"left\"\ntrim_ms = 7.5"},
        {"sink = [{name = \"left\", address = \"virtual\"}]\n",
         "sink = [{name = \"left\", trim_ms = 7.5, address = \"virtual\"}]\n"},
        {"sink = [{ name=\"left\",trim_ms=1,address=\"virtual\" }]",
         "sink = [{ name=\"left\",trim_ms=7.5,address=\"virtual\" }]"},
    };
    for (const auto& [before, after] : cases) {
        EXPECT_EQ(with_trim(before, "left", 7500us, "t.toml"), after);
    }
}

TEST(ConfigEdit, AddsItAboveATableOfTheSink) {
    const std::string text =
        "[[sink]]\nname = \"left\"\naddress = \"virtual\"\n[sink.virtual]\nlatency_ms = 99\n";
    EXPECT_EQ(with_trim(text, "left", 7500us, "t.toml"),
              with(text, "\"left\"\n", "\"left\"\ntrim_ms = 7.5\n"));
}

TEST(ConfigEdit, EveryTrimReadsBackAsItWasSet) {
    std::string text = kFile;
    for (std::int64_t us = -500'000; us <= 500'000; us += 3'217) {
        const Duration trim = std::chrono::microseconds(us);
        text = with_trim(text, "left", trim, "t.toml");
        ASSERT_EQ(parse_config(text, "t.toml").sinks[0].trim, trim) << trim_text(trim);
    }
    EXPECT_EQ(with_trim(text, "left", 3ms, "t.toml"), with(kFile, "+3.0 ", "3.0 "));
}

TEST(ConfigEdit, RefusesAFileThatIsWrongAndANameThatIsNotThere) {
    const auto refusal = [](const std::string& text) -> std::string {
        try {
            (void)with_trim(text, "right", 1ms, "t.toml");
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "taken";
    };
    EXPECT_THAT(refusal("[[sink]]\nname = 3\n"), HasSubstr("t.toml:2: sink.name: "));
    EXPECT_THAT(refusal(kFile), HasSubstr("t.toml: sink: there is none named \"right\""));
    EXPECT_THAT(refusal(""), HasSubstr("there is none"));
}

TEST(ConfigEdit, ReplacesTheFileAtOnceAndKeepsItsMode) {
    const test::TemporaryFolder folder;
    folder.write("tandem.toml", kFile);
    chmod(folder.file("tandem.toml").c_str(), 0640);
    save_trim(folder.file("tandem.toml"), "left", 4ms);
    EXPECT_EQ(folder.read("tandem.toml"), with(kFile, "+3.0 ", "4.0 "));
    EXPECT_EQ(folder.files(), 1U);
    struct stat now {};
    ASSERT_EQ(stat(folder.file("tandem.toml").c_str(), &now), 0);
    EXPECT_EQ(now.st_mode & 07777, 0640U);
}

TEST(ConfigEdit, FollowsALinkInsteadOfReplacingIt) {
    const test::TemporaryFolder folder;
    folder.write("real.toml", kFile);
    std::filesystem::create_symlink("real.toml", folder.file("tandem.toml"));
    save_trim(folder.file("tandem.toml"), "left", 4ms);
    EXPECT_TRUE(std::filesystem::is_symlink(folder.file("tandem.toml")));
    EXPECT_THAT(folder.read("real.toml"), HasSubstr("trim_ms = 4.0 "));
}

}  // namespace
}  // namespace tandem
