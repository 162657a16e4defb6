// SPDX-License-Identifier: GPL-3.0-or-later
// The program itself, as a user runs it: in a pipe or on a terminal, against a bridge on a bus.
#include "dbus/tandemctl_bench.hpp"
#include "places.hpp"

namespace tandem::testing {
namespace {

TEST_F(TandemctlOnBus, StatusIsForPeopleOrAsJson) {
    serve();
    auto text = run({"status"});
    EXPECT_EQ(text.exit_status(), 0);
    EXPECT_THAT(text.output(), StartsWith("Tandem 1.2.3, up 0 s: idle for a test\n"));
    auto json = run({"status", "--json"});
    EXPECT_EQ(json.exit_status(), 0);
    EXPECT_EQ(status_from_json(json.output()).summary, "idle for a test");
}

TEST_F(TandemctlOnBus, ServiceThatDoesNotRunIsStatus3) {
    for (const auto* command : {"status", "watch", "reload", "click"}) {
        auto program = run({command});
        EXPECT_EQ(program.exit_status(), 3) << command;
        EXPECT_THAT(program.output(), HasSubstr("systemctl start tandem"));
    }
}

TEST_F(TandemctlOnBus, MessageBusThatIsAwayIsStatus1) {
    Program program{loop, Output::pipe, "unix:path=/nonexistent/bus", {TANDEM_CTL, "status"}};
    EXPECT_EQ(program.exit_status(), 1);
    EXPECT_THAT(program.output(), StartsWith("tandemctl: "));
}

TEST_F(TandemctlOnBus, ReloadThatIsRefusedIsStatus78WithTheReason) {
    serve();
    auto taken = run({"reload"});
    EXPECT_EQ(taken.exit_status(), 0);
    commands.reload_failure = "tandem.toml:3: capture.rate: 46000 is not supported";
    auto refused = run({"reload"});
    EXPECT_EQ(refused.exit_status(), 78);
    EXPECT_EQ(refused.output(), "tandemctl: " + *commands.reload_failure + '\n');
}

TEST_F(TandemctlOnBus, WatchInAPipeIsOneLineATime) {
    serve();
    auto program = run({"watch"});
    EXPECT_TRUE(shows(program, "idle for a test; level -120.0 / -120.0 dBFS, +0.0 ppm; left "));
    program.ask_to_end();
    EXPECT_EQ(program.exit_status(), 0);
    EXPECT_THAT(program.output(), Not(HasSubstr("\x1b")));
}

TEST_F(TandemctlOnBus, WatchOnATerminalIsLiveUntilQ) {
    serve();
    auto program = run({"watch"}, Output::terminal);
    EXPECT_TRUE(shows(program, "idle for a test"));
    object.reset();
    EXPECT_TRUE(shows(program, "systemctl start tandem")) << "the view goes on without a service";
    program.press("q");
    EXPECT_EQ(program.exit_status(), 0);
    EXPECT_THAT(program.output(), HasSubstr("\x1b[?25h\x1b[?1049l"))
        << "the terminal is given back";
}

TEST_F(TandemctlOnBus, WrongUsageIsStatus2) {
    for (const auto& arguments :
         std::vector<std::vector<std::string>>{{},
                                               {"play"},
                                               {"status", "--xml"},
                                               {"pair"},
                                               {"pair", "AA:BB"},
                                               {"scan", "--seconds", "0"},
                                               {"unpair", "left"},
                                               {"identify"},
                                               {"trim"},
                                               {"trim", "left", "later"},
                                               {"trim", "left", "+-3"},
                                               {"trim", "left", "=+3x"},
                                               {"trim", "left", "nan"},
                                               {"trim", "left", "1e9"},
                                               {"gain"},
                                               {"gain", "left", "loud"},
                                               {"mute"},
                                               {"mute", "left", "perhaps"},
                                               {"release"},
                                               {"release", "left", "--for", "soon"},
                                               {"release", "left", "--for", "1"},
                                               {"release", "left", "--for", "0m"},
                                               {"release", "left", "--for", "31d"},
                                               {"release", "left", "--for", "99999999999h"},
                                               {"take"},
                                               {"click", "--count", "0"},
                                               {"click", "--count", "61"}}) {
        auto program = run(arguments);
        EXPECT_EQ(program.exit_status(), 2) << ::testing::PrintToString(arguments);
    }
}

TEST_F(TandemctlOnBus, AnOutputThatCannotBeWrittenIsNoSuccess) {
    Program full(loop, Output::pipe, bus_daemon.address(),
                 {"/bin/sh", "-c",
                  "exec " TANDEM_CTL " check " TANDEM_SOURCE_DIR "/config/demo.toml >/dev/full"});
    EXPECT_EQ(full.exit_status(), 1);
    EXPECT_EQ(full.output(), "tandemctl: cannot write all of the output: is the disk full?\n");
}

TEST_F(TandemctlOnBus, CheckNeedsNoServiceAndNamesTheMistake) {
    auto right = run({"check", TANDEM_SOURCE_DIR "/config/demo.toml"});
    EXPECT_EQ(right.exit_status(), 0);
    EXPECT_THAT(right.output(), EndsWith("valid, 2 sinks: left, right\n"));
    auto wrong = run({"check", TANDEM_SOURCE_DIR "/README.md"});
    EXPECT_EQ(wrong.exit_status(), 78);
    EXPECT_THAT(wrong.output(), HasSubstr("README.md:3: syntax: "));
}

}  // namespace
}  // namespace tandem::testing
