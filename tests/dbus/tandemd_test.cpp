// SPDX-License-Identifier: GPL-3.0-or-later
// What the service does with its configuration, its state and its users' commands.
#include "dbus/tandemd_bench.hpp"
#include "places.hpp"

namespace tandem::testing {
namespace {

TEST_F(TandemdOnBus, DoctorFindsASpeakerThatIsNotPairedAndTheOneThatIs) {
    FakeSpeaker left;
    left.address = kLeft;
    bluez.add_speaker(left);
    bluez.start();
    start(kSpeakers);
    ASSERT_TRUE(logs("started with"));
    const auto text = ctl({"doctor"}, 1);
    EXPECT_THAT(text, HasSubstr("Configured but not paired: " + kRight + ".\n"));
    EXPECT_THAT(text, HasSubstr("sudo tandemctl pair " + kRight));
    const auto json = ctl({"doctor", "--json"}, 1);
    EXPECT_THAT(json, StartsWith("{\n  \"worst\": \"fail\""));
}

TEST_F(TandemdOnBus, GainAndMuteAreInForceUntilTheFileOrAPersonSaysOtherwise) {
    start(kModels);
    ASSERT_TRUE(logs("started with"));
    EXPECT_THAT(ctl({"gain", "left", "-6"}), HasSubstr("(was 0.0 dB)"));
    EXPECT_THAT(ctl({"mute", "right"}), HasSubstr("right is muted"));
    EXPECT_EQ(sink(0).gain_db, -6);
    EXPECT_FALSE(sink(0).gain_saved);
    EXPECT_TRUE(sink(1).muted);
    EXPECT_THAT(ctl({"status"}), HasSubstr("Playing, but right is muted"));
    ctl({"reload"});
    EXPECT_EQ(sink(0).gain_db, -6) << "a file that did not change says nothing new";
    ctl({"gain", "left", "--save"});
    EXPECT_THAT(folder.read("tandem.toml"), HasSubstr("gain_db = -6.0"));
    EXPECT_TRUE(sink(0).gain_saved);
    EXPECT_THAT(ctl({"gain", "left", "40"}, 1), HasSubstr("it goes from -60 to 12 dB"));
    EXPECT_THAT(ctl({"mute", "middle"}, 1), HasSubstr("There is no sink \"middle\""));
    ctl({"mute", "right", "off"});
    EXPECT_FALSE(sink(1).muted);
    EXPECT_TRUE(logs("right: no longer muted"));
}

TEST_F(TandemdOnBus, EndsWith78OnAWrongConfigurationAndNamesFileLineKeyAndReason) {
    start("[capture]\nrate = 44100\nperiod_frames = 9\n");
    EXPECT_EQ(daemon->exit_status(), 78);
    EXPECT_THAT(daemon->output(),
                HasSubstr(folder.file("tandem.toml") + ":3: capture.period_frames: 9 is "));
    EXPECT_FALSE(folder.has("state.toml"));
}

TEST_F(TandemdOnBus, EndsWith78WithoutAConfiguration) {
    start();
    EXPECT_EQ(daemon->exit_status(), 78);
    EXPECT_THAT(daemon->output(), HasSubstr("tandem.toml: file: cannot be read: No such file"));
}

TEST_F(TandemdOnBus, EndsWith2OnAWrongCommandLine) {
    Program program{loop, Output::pipe, bus_daemon.address(), {TANDEM_DAEMON, "--volume", "11"}};
    EXPECT_EQ(program.exit_status(), 2);
}

TEST_F(TandemdOnBus, ChecksWithoutStarting) {
    folder.write("tandem.toml",
                 "[[sink]]\nname = \"left\"\naddress = \"virtual\"\ntrim_ms = 501\n");
    Program program{loop,
                    Output::pipe,
                    bus_daemon.address(),
                    {TANDEM_DAEMON, "--check", "--config", folder.file("tandem.toml")}};
    EXPECT_EQ(program.exit_status(), 78);
    EXPECT_THAT(program.output(), HasSubstr(":4: sink.trim_ms: 501 is "));
}

TEST_F(TandemdOnBus, PutsATrimInForceAtOnceAndKeepsItOverAReload) {
    start(kModels);
    ASSERT_TRUE(logs("right: streaming"));
    EXPECT_NEAR(sink(0).delay_ms, 0, 1e-6);
    EXPECT_NEAR(sink(1).delay_ms, 2, 1e-6);
    EXPECT_THAT(ctl({"trim", "left", "+3.5"}), StartsWith("left: trim 3.5 ms (was 0.0 ms)"));
    EXPECT_NEAR(sink(0).delay_ms, 1.5, 1e-6);
    EXPECT_NEAR(sink(1).delay_ms, 0, 1e-6);
    EXPECT_EQ(sink(0).trim_ms, 3.5);
    EXPECT_FALSE(sink(0).trim_saved);
    (void)ctl({"reload"});
    EXPECT_EQ(sink(0).trim_ms, 3.5) << "its key did not change";
    folder.write("tandem.toml", kModels + "[sync]\nabsent = \"hold\"\n");
    (void)ctl({"reload"});
    EXPECT_EQ(sink(0).trim_ms, 3.5);
    EXPECT_EQ(stop(), 0);
}

TEST_F(TandemdOnBus, RefusesATrimBeyondHalfASecondWithTheReason) {
    start(kModels);
    ASSERT_TRUE(logs("right: streaming"));
    EXPECT_THAT(ctl({"trim", "right", "500.5"}, 1),
                HasSubstr("A trim of +500.5 ms is refused for \"right\": it goes from -500 to 500 "
                          "ms, and +2 ms stays in force."));
    (void)ctl({"trim", "right", "=-500"});
    EXPECT_THAT(ctl({"trim", "right", "-1"}, 1), HasSubstr("-501 ms is refused"));
    EXPECT_EQ(sink(1).trim_ms, -500);
    EXPECT_THAT(ctl({"trim", "middle", "-1"}, 1),
                HasSubstr("There is no sink \"middle\": there is \"left\", \"right\"."));
}

TEST_F(TandemdOnBus, FindsASavedTrimAgainAfterARestart) {
    start(kModels);
    ASSERT_TRUE(logs("right: streaming"));
    EXPECT_THAT(ctl({"trim", "right", "-4.25", "--save"}), HasSubstr("Saved in "));
    EXPECT_TRUE(sink(1).trim_saved);
    EXPECT_THAT(folder.read("tandem.toml"), HasSubstr("\ntrim_ms = -2.25 # by ear\n"));
    EXPECT_EQ(stop(), 0);
    start();
    ASSERT_TRUE(logs("right: streaming"));
    EXPECT_EQ(sink(1).trim_ms, -2.25);
    EXPECT_TRUE(sink(1).trim_saved);
}

TEST_F(TandemdOnBus, ClicksOnAllThatPlayAndOnNothingElse) {
    bluez.start();
    start(kSpeakers);
    ASSERT_TRUE(logs("Tandem "));
    EXPECT_TRUE(until([&] { return bluez.endpoints("hci0") == 3; }));
    EXPECT_THAT(ctl({"click"}, 1), HasSubstr("No speaker plays"));
    folder.write("tandem.toml", kModels);
    (void)ctl({"reload"});
    EXPECT_EQ(ctl({"click", "--count", "2"}), "2 clicks, one second apart, on left, right.\n");
}

TEST_F(TandemdOnBus, CountsTheFramesThatSinksShare) {
    start(kModels);
    ASSERT_TRUE(logs("right: streaming"));
    (void)ctl({"trim", "right", "0"});
    std::uint64_t shared = 0;
    for (int look = 0; look < 500 && shared <= 100; ++look)
        shared = sink(0).frames_shared + sink(1).frames_shared;
    EXPECT_GT(shared, 100U);
}

TEST_F(TandemdOnBus, PlansByReportsAndRemembersThemOverARestart) {
    bluez.add_speaker({.address = kLeft, .delay = 1200});
    bluez.add_speaker({.address = kRight, .delay = 2105});
    bluez.start();
    start(kSpeakers);
    ASSERT_TRUE(logs("left: the speaker reports a latency of 120.0 ms"));
    ASSERT_TRUE(logs("right: the speaker reports a latency of 210.5 ms"));
    EXPECT_NEAR(sink(0).delay_ms, 90.5, 1e-6);
    EXPECT_EQ(sink(0).latency_origin, "reported");
    ASSERT_TRUE(sink(0).latency_age_s);
    EXPECT_LT(*sink(0).latency_age_s, 60);
    EXPECT_EQ(stop(), 0);
    EXPECT_THAT(folder.read("state.toml"), HasSubstr("reported_ms = 210.500"));

    bluez.stop();
    bluez.add_speaker({.address = kRight, .delay = 0});  // silent this time
    bluez.start();
    start();
    ASSERT_TRUE(logs("right: streaming"));
    EXPECT_EQ(sink(1).latency_ms, 210.5);
    EXPECT_EQ(sink(1).latency_origin, "remembered");
    EXPECT_TRUE(sink(1).latency_age_s);
}

TEST_F(TandemdOnBus, FollowsAReportThatChangesInMidStream) {
    bluez.add_speaker({.address = kLeft, .delay = 1200});
    bluez.add_speaker({.address = kRight, .delay = 2105});
    bluez.start();
    start(kSpeakers);
    ASSERT_TRUE(logs("right: the speaker reports a latency of 210.5 ms"));
    ASSERT_TRUE(logs("left: the speaker reports a latency of 120.0 ms"));
    bluez.report_delay(kLeft, 1500);
    ASSERT_TRUE(logs("left: the speaker reports a latency of 150.0 ms"));
    EXPECT_NEAR(sink(0).delay_ms, 60.5, 1e-6);
}

TEST_F(TandemdOnBus, NamesAnAbsurdReportOnceAndNeverUsesIt) {
    bluez.add_speaker({.address = kLeft, .delay = 12000});
    bluez.add_speaker({.address = kRight, .delay = 2105});
    bluez.start();
    start(kSpeakers);
    ASSERT_TRUE(logs("left: ignoring a reported latency of 1200.0 ms, which is impossible"));
    EXPECT_EQ(sink(0).latency_origin, "default");
    bluez.report_delay(kLeft, 65535);
    bluez.report_delay(kLeft, 0);
    bluez.report_delay(kLeft, 1000);
    ASSERT_TRUE(logs("left: the speaker reports a latency of 100.0 ms"));
    EXPECT_EQ(times_logged("which is impossible"), 1U);
    EXPECT_EQ(sink(0).latency_ms, 100);
}

TEST_F(TandemdOnBus, PlaysOnWithADamagedStateFile) {
    folder.write("state.toml", "speaker = [[[");
    start(kModels);
    ASSERT_TRUE(logs("right: streaming"));
    EXPECT_EQ(times_logged("state.toml is damaged (line 1: "), 1U);
    EXPECT_EQ(folder.read("state.toml.damaged"), "speaker = [[[");
}

TEST_F(TandemdOnBus, PlaysOnWhereItsStateCannotBeKept) {
    std::filesystem::create_directory(folder.file("state.toml"));
    std::filesystem::create_directory(folder.file("state.toml.damaged"));
    folder.write("state.toml.damaged/full", "so that it cannot be renamed over");
    folder.write("state.toml/full", "so that nothing is renamed over it");
    bluez.add_speaker({.address = kLeft, .delay = 1200});
    bluez.add_speaker({.address = kRight, .delay = 2105});
    bluez.start();
    start(kSpeakers);
    ASSERT_TRUE(logs("right: the speaker reports a latency of 210.5 ms"));
    ASSERT_TRUE(logs("cannot be written"));
    ASSERT_TRUE(logs("right: streaming"));
    EXPECT_EQ(sink(1).state, "streaming");
    EXPECT_EQ(stop(), 0);
    EXPECT_EQ(times_logged("cannot be written"), 1U);
}

}  // namespace
}  // namespace tandem::testing
