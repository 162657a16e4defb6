// SPDX-License-Identifier: GPL-3.0-or-later
// The guided start as a user meets it: tandemctl beside tandemd, and a fake BlueZ.
#include "dbus/tandemd_bench.hpp"
#include "places.hpp"
#include "tandem/config/config.hpp"

namespace tandem::testing {
namespace {

struct SetupOnBus : TandemdOnBus {
    SetupOnBus() {
        bluez.add_speaker({.address = kLeft,
                           .known = false,
                           .paired = false,
                           .trusted = false,
                           .name = "Shelf",
                           .rssi = -50});
        bluez.add_speaker({.address = kRight,
                           .known = false,
                           .paired = false,
                           .trusted = false,
                           .name = "Desk",
                           .rssi = -70});
        bluez.start();
    }
    void start_idle() {
        start("# mine\n[capture]\ndevice = \"tone\"\n");
        ASSERT_TRUE(logs("started with"));
    }
    [[nodiscard]] std::vector<SinkConfig> configured() const {
        return load_config(folder.file("tandem.toml")).sinks;
    }
    [[nodiscard]] bool shows(const Program& program, const std::string& text) {
        return run_until(
            loop, [&] { return program.output().find(text) != std::string::npos; }, 30s);
    }
};

TEST_F(SetupOnBus, WithYesIsOneCommandFromNothingToSoundOnBoth) {
    start_idle();
    const auto said = ctl({"setup", "--yes", "--card", "tone", "--sink", "left=" + kLeft, "--sink",
                           "right=" + kRight});
    EXPECT_THAT(said, HasSubstr("left is playing (SBC"));
    EXPECT_THAT(said, HasSubstr("right is playing (SBC"));
    EXPECT_EQ(sink(0).state, "streaming");
    EXPECT_EQ(sink(1).state, "streaming");
    EXPECT_THAT(folder.read("tandem.toml"), StartsWith("# mine\n[capture]\ndevice = \"tone\"\n"));
    EXPECT_TRUE(bluez.trusted(kLeft));
    EXPECT_EQ(bluez.discoveries(), 1) << "the second one was known by then";
}

TEST_F(SetupOnBus, GuidesThroughSpeakersTonesAndTrimOnATerminal) {
    start_idle();
    Program setup{
        loop, Output::terminal, bus_daemon.address(), {TANDEM_CTL, "setup", "--card", "tone"}};
    ASSERT_TRUE(shows(setup, "2  " + kRight)) << setup.output();
    EXPECT_THAT(setup.output(), HasSubstr("1  " + kLeft + "  -50 dBm (near)  Shelf"));
    setup.press("1");
    ASSERT_TRUE(shows(setup, "Shelf (chosen)")) << setup.output();
    setup.press("2");
    ASSERT_TRUE(shows(setup, "the left or the right one?")) << setup.output();
    setup.press("r");
    ASSERT_TRUE(shows(setup, "(Enter when it sounds right)")) << setup.output();
    EXPECT_EQ(sink(0).name, "left");
    EXPECT_EQ(sink(0).address, kRight);
    for (const char* key : {"\x1b", "[", "C"})
        setup.press(key);
    ASSERT_TRUE(shows(setup, "1.0 ms later")) << setup.output();
    setup.press("\n");
    EXPECT_EQ(setup.exit_status(), 0);
    ASSERT_EQ(configured().size(), 2U);
    EXPECT_EQ(configured()[1].address, kLeft);
    EXPECT_EQ(configured()[1].trim, 1ms);
}

TEST_F(SetupOnBus, CtrlCWhileTheToneIsAskedForLeavesTheOldState) {
    start_idle();
    Program setup{
        loop, Output::terminal, bus_daemon.address(), {TANDEM_CTL, "setup", "--card", "tone"}};
    ASSERT_TRUE(shows(setup, "2  " + kRight)) << setup.output();
    setup.press("1");
    ASSERT_TRUE(shows(setup, "Shelf (chosen)")) << setup.output();
    setup.press("2");
    ASSERT_TRUE(shows(setup, "the left or the right one?")) << setup.output();
    EXPECT_EQ(configured().size(), 2U);
    setup.press("\x03");
    EXPECT_EQ(setup.exit_status(), 1);
    EXPECT_THAT(setup.output(), HasSubstr("all changes were undone"));
    EXPECT_EQ(folder.read("tandem.toml"), "# mine\n[capture]\ndevice = \"tone\"\n");
    EXPECT_TRUE(status_from_json(ctl({"status", "--json"})).sinks.empty());
    EXPECT_FALSE(bluez.known(kLeft));
    EXPECT_FALSE(bluez.known(kRight));
}

TEST_F(SetupOnBus, WithoutATerminalItSaysWhatToGive) {
    start_idle();
    EXPECT_THAT(ctl({"setup"}, 2), HasSubstr("--yes with --card PCM"));
    EXPECT_THAT(ctl({"setup", "--yes", "--sink", "left"}, 2), HasSubstr("NAME=ADDRESS"));
    EXPECT_THAT(ctl({"setup", "--yes", "--sink", "a=" + kLeft, "--sink", "b=" + kLeft}, 2),
                HasSubstr("give each speaker its own"));
    EXPECT_EQ(bluez.discoveries(), 0);
}

}  // namespace
}  // namespace tandem::testing
