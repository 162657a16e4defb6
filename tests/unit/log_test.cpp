// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/host/log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <regex>
#include <set>
#include <stdexcept>

#include "tandem/base/owned_fd.hpp"
#include "tandem/host/journal.hpp"

namespace tandem {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kinds = static_cast<int>(EventKind::note) + 1;

TEST(JournalEntry, HasMessagePriorityIdAndTheEventsFields) {
    const auto entry =
        journal_entry(Severity::warning, EventKind::sink_state, "left: the speaker is off",
                      {{"SINK", "left"}, {"ADDRESS", "AA:BB:CC:DD:EE:FF"}, {"REASON", ""}});
    EXPECT_THAT(entry,
                ElementsAre("MESSAGE=left: the speaker is off", "PRIORITY=4",
                            "MESSAGE_ID=fc5c861d54d44a60a8b7209aff61ae66",
                            "SYSLOG_IDENTIFIER=tandemd", "SINK=left", "ADDRESS=AA:BB:CC:DD:EE:FF"));
}

TEST(JournalEntry, PrioritiesAreThoseOfSyslog) {
    const auto priority = [](Severity severity) {
        return journal_entry(severity, EventKind::note, "x", {}).at(1);
    };
    EXPECT_EQ(priority(Severity::error), "PRIORITY=3");
    EXPECT_EQ(priority(Severity::warning), "PRIORITY=4");
    EXPECT_EQ(priority(Severity::info), "PRIORITY=6");
    EXPECT_EQ(priority(Severity::debug), "PRIORITY=7");
}

TEST(JournalEntry, EveryKindHasItsOwnWellFormedId) {
    std::set<std::string_view> ids;
    for (int kind = 0; kind < kinds; ++kind) {
        const auto id = message_id(static_cast<EventKind>(kind));
        EXPECT_TRUE(std::regex_match(std::string{id}, std::regex{"[0-9a-f]{32}"})) << id;
        ids.insert(id);
    }
    EXPECT_EQ(ids.size(), static_cast<std::size_t>(kinds));
}

TEST(Journal, GetsFieldsThatATerminalCanShow) {
    EXPECT_THAT(journal_entry(Severity::info, EventKind::note, "", {{"SINK", "a\u202E\u009B\nb"}}),
                Contains("SINK=a?? b"));
}

TEST(Journal, IsKnownByDeviceAndInodeOfTheStream) {
    const OwnedFd file{open("/dev/null", O_RDONLY | O_CLOEXEC)};
    struct stat found {};
    ASSERT_EQ(fstat(file.get(), &found), 0);
    const auto name = fmt::format("{}:{}", found.st_dev, found.st_ino);
    EXPECT_TRUE(is_journal(name.c_str(), file.get()));
    const auto other = fmt::format("{}:{}", found.st_dev, found.st_ino + 1);
    for (const auto* wrong :
         {other.c_str(), "", ":", "1:", ":2", "8:x", "x:8", static_cast<const char*>(nullptr)}) {
        EXPECT_FALSE(is_journal(wrong, file.get())) << (wrong != nullptr ? wrong : "unset");
    }
    EXPECT_FALSE(is_journal((name + "0").c_str(), file.get()));
    EXPECT_FALSE(is_journal(name.c_str(), -1));
}

class LogToStderr : public ::testing::Test {
  protected:
    void SetUp() override { unsetenv("JOURNAL_STREAM"); }
    void TearDown() override { set_up_log("info"); }

    static std::string captured(std::string_view level) {
        ::testing::internal::CaptureStderr();
        set_up_log(level);
        log_event(Severity::debug, EventKind::note, "a detail");
        log_event(Severity::info, EventKind::started, "it {started}");
        log_event(Severity::error, EventKind::capture_failed, "no card:\nplug one in");
        return ::testing::internal::GetCapturedStderr();
    }
};

TEST_F(LogToStderr, IsOneLineAnEvent) {
    const auto text = captured("info");
    EXPECT_EQ(std::ranges::count(text, '\n'), 2) << text;
    EXPECT_THAT(text, HasSubstr("info    it {started}\n"));
    EXPECT_THAT(text, HasSubstr("error   no card: plug one in\n"));
}

TEST_F(LogToStderr, HoldsTheLevelAskedFor) {
    EXPECT_THAT(captured("debug"), HasSubstr("a detail"));
    EXPECT_THAT(captured("warning"), Not(HasSubstr("started")));
    EXPECT_THAT(captured("error"), HasSubstr("no card"));
}

TEST_F(LogToStderr, LevelThatDoesNotExistIsRefused) {
    EXPECT_THROW(set_up_log("loud"), std::invalid_argument);
}

}  // namespace
}  // namespace tandem
