// SPDX-License-Identifier: GPL-3.0-or-later
// tests/samples/journal.json is what journald (Debian 12) made of a short life of tandemd: a card
// that is missing, no BlueZ, commands, a card again, a mistake in the configuration, the end. Left
// out of it are cursors and the boot's id.
#include "tandem/status/journal_text.hpp"
#include "places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tandem {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string catalog_text(const std::string& path) {
    std::ifstream file{TANDEM_SOURCE_DIR "/" + path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

// The shipped catalogue, as libsystemd would give it out.
std::string catalogued(const std::string& message_id) {
    const std::string all = catalog_text("systemd/tandem.catalog");
    const std::string head = "\n-- " + message_id + '\n';
    const auto begin = all.find(head);
    if (begin == std::string::npos) return {};
    return all.substr(begin + head.size(),
                      std::min(all.find("\n-- ", begin + 1), all.size()) - begin - head.size());
}

struct JournalTextTest : ::testing::Test {
    JournalText text{catalogued, Colours::off};

    JournalTextTest() {
        setenv("TZ", "UTC", 1);
        tzset();
    }
    std::vector<std::string> sample_lines() {
        std::ifstream sample{TANDEM_SOURCE_DIR "/tests/samples/journal.json"};
        std::vector<std::string> lines;
        for (std::string json; std::getline(sample, json);)
            lines.push_back(text.lines_of(json));
        return lines;
    }
};

TEST_F(JournalTextTest, TellsWhenAndWhatInALineForEachEntry) {
    const auto lines = sample_lines();
    ASSERT_EQ(lines.size(), 13U);
    EXPECT_EQ(lines[3], "2026-11-22 22:30:53   left: streaming\n");
    EXPECT_EQ(lines[6], "2026-11-22 22:30:57   left: gain -3 dB (was +0 dB)\n");
    EXPECT_EQ(lines[12], "2026-11-22 22:31:01   stopping: releasing the speakers\n");
}

TEST_F(JournalTextTest, HasTheRemedyFromTheCatalogueBelowWarningsAndErrorsAlone) {
    const auto lines = sample_lines();
    EXPECT_EQ(
        lines[1],
        "2026-11-22 22:30:53 ! there is no capture device hw:9,0; plug it in or correct device "
        "in [capture] (cards that record: none)\n"
        "    The reason is above. The speakers stay connected and play silence; playing\n"
        "    resumes in step as soon as the input is back. If the card was unplugged, just\n"
        "    plug it in again.\n");
    EXPECT_THAT(lines[11], HasSubstr("capture.rate: 96000 is not supported"));
    EXPECT_THAT(
        lines[11],
        HasSubstr("\n    restarted. Correct /etc/tandem/tandem.toml, run \"tandemctl check\""))
        << "with the entry's fields in their places";
    for (const std::size_t quiet : {0U, 2U, 4U, 6U, 9U})
        EXPECT_EQ(std::ranges::count(lines[quiet], '\n'), 1) << lines[quiet];
}

TEST_F(JournalTextTest, ExplainsEachReasonOnce) {
    const std::string lost =
        R"({"MESSAGE":"left: absent","PRIORITY":"4","REASON":"connection-lost",)"
        R"("MESSAGE_ID":"fc5c861d54d44a60a8b7209aff61ae66","SINK":"left","STATE":"absent"})";
    EXPECT_THAT(text.lines_of(lost), HasSubstr("\n    The state of speaker left () changed."));
    EXPECT_THAT(text.lines_of(lost), Not(HasSubstr("\n    ")));
    std::string other = lost;
    other.replace(other.find("connection-lost"), 15, "unreachable");
    EXPECT_THAT(text.lines_of(other), HasSubstr("\n    "));
}

TEST_F(JournalTextTest, NamesWhoElseWrote) {
    EXPECT_THAT(text.lines_of(R"({"MESSAGE":"Started","SYSLOG_IDENTIFIER":"systemd"})"),
                HasSubstr("  systemd: Started\n"));
}

TEST_F(JournalTextTest, IsColouredOnlyWhereAskedFor) {
    JournalText coloured{catalogued, Colours::on};
    const std::string error = R"({"MESSAGE":"no","PRIORITY":"3"})";
    EXPECT_THAT(coloured.lines_of(error), HasSubstr("\x1b[31mno\x1b[0m"));
    EXPECT_THAT(text.lines_of(error), Not(HasSubstr("\x1b")));
}

TEST_F(JournalTextTest, LetsNothingReachTheTerminalThatIsNoText) {
    EXPECT_THAT(text.lines_of(R"({"MESSAGE":"a\u001b[2Jb\nc"})"), HasSubstr(" a?[2Jb c\n"));
    EXPECT_THAT(text.lines_of(R"({"MESSAGE":[104,105,27]})"), HasSubstr(" hi?\n"))
        << "what is no UTF-8 comes as bytes";
}

TEST_F(JournalTextTest, IsEmptyForWhatIsNoEntry) {
    for (const auto* json : {"", "{", "[]", "3", "{}", R"({"MESSAGE":null})",
                             R"({"MESSAGE":{"a":1}})", R"({"MESSAGE":["x",-1,{}]})"})
        EXPECT_EQ(text.lines_of(json), "") << json;
}

}  // namespace
}  // namespace tandem
