// SPDX-License-Identifier: GPL-3.0-or-later
// `tandemctl log` with a journalctl of the test's own, which notes what it was asked.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "dbus/program.hpp"
#include "fakes/temporary_folder.hpp"
#include "places.hpp"

namespace tandem::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

struct LogCommand : ::testing::Test {
    Loop loop;
    test::TemporaryFolder folder;
    std::string path = std::getenv("PATH");

    LogCommand() { setenv("PATH", (folder.file("") + ":" + path).c_str(), 1); }
    ~LogCommand() override { setenv("PATH", path.c_str(), 1); }
    void journalctl_does(const std::string& script) {
        folder.write("journalctl",
                     "#!/bin/sh\necho \"$@\" >" + folder.file("asked") + '\n' + script + '\n');
        ASSERT_EQ(chmod(folder.file("journalctl").c_str(), 0700), 0);
    }
    Program run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {TANDEM_CTL, "log"});
        return {loop, Output::pipe, "unix:path=/nonexistent/bus", std::move(arguments)};
    }
};

const std::string kSample = "cat " TANDEM_SOURCE_DIR "/tests/samples/journal.json";

TEST_F(LogCommand, PrintsWhatTheJournalHas) {
    journalctl_does(kSample);
    auto log = run({"-n", "13"});
    EXPECT_EQ(log.exit_status(), 0);
    EXPECT_THAT(log.output(), HasSubstr("   left: streaming\n"));
    EXPECT_THAT(log.output(), HasSubstr(" ! configuration not changed: "));
    EXPECT_THAT(log.output(), EndsWith("   stopping: releasing the speakers\n"));
    EXPECT_EQ(folder.read("asked"), "-q --no-pager -o json -u tandem -n 13\n");
}

TEST_F(LogCommand, FollowsUntilItIsAskedToEnd) {
    journalctl_does(kSample + "\nprintf '{\"MESSAGE\":\"half'\nexec sleep 600");
    auto log = run({"-f"});
    EXPECT_TRUE(run_until(loop, [&] {
        return log.output().find("stopping: releasing the speakers\n") != std::string::npos;
    })) << "while journalctl still runs";
    log.ask_to_end();
    EXPECT_EQ(log.exit_status(), 0);
    EXPECT_EQ(folder.read("asked"), "-q --no-pager -o json -u tandem -n 40 -f\n");
}

TEST_F(LogCommand, SaysWhyThereIsNothing) {
    journalctl_does("exit 0");
    auto empty = run({});
    EXPECT_EQ(empty.exit_status(), 1);
    EXPECT_THAT(empty.output(), HasSubstr("group systemd-journal"));
    journalctl_does("exit 3");
    auto failed = run({});
    EXPECT_EQ(failed.exit_status(), 1);
    EXPECT_EQ(failed.output(), "tandemctl: journalctl failed with exit status 3.\n");
    setenv("PATH", folder.file("nowhere").c_str(), 1);
    auto missing = run({});
    EXPECT_EQ(missing.exit_status(), 1);
    EXPECT_THAT(missing.output(), HasSubstr("journalctl: No such file or directory"));
}

TEST_F(LogCommand, RefusesWrongUsage) {
    for (const auto* lines : {"0", "many"})
        EXPECT_EQ(run({"-n", lines}).exit_status(), 2) << lines;
}

}  // namespace
}  // namespace tandem::testing
