// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong around the service and must not end what plays.
#include <sys/socket.h>

#include "dbus/tandemd_bench.hpp"
#include "tandem/base/clock.hpp"

namespace tandem::testing {
namespace {

struct TandemdInTrouble : TandemdOnBus {
    void start_with_speakers(const std::string& config = kSpeakers) {
        bluez.add_speaker({.address = kLeft, .delay = 1200});
        bluez.add_speaker({.address = kRight, .delay = 2105});
        bluez.start();
        start(config);
        ASSERT_TRUE(logs("left: streaming"));
        ASSERT_TRUE(logs("right: streaming"));
    }
    BridgeStatus status() { return status_from_json(ctl({"status", "--json"})); }
};

TEST_F(TandemdInTrouble, KeepsTheLevelAliveWithBothSpeakersAway) {
    bluez.add_speaker({.address = kLeft, .reachable = false});
    bluez.add_speaker({.address = kRight, .reachable = false});
    bluez.start();
    start(kSpeakers);
    ASSERT_TRUE(logs("left: absent"));
    double level = -120;
    for (int look = 0; look < 200 && level < -13; ++look)
        level = status().capture.level_left_dbfs;
    EXPECT_NEAR(level, -12, 1) << "the tone's";
    EXPECT_NE(status().sinks.at(0).state, "streaming");
}

TEST_F(TandemdInTrouble, IsBackWithinFiveSecondsOfTheBus) {
    start_with_speakers();
    bus_daemon.kill();
    ASSERT_TRUE(until([&] { return times_logged("The system message bus is away") == 1; }));
    bluez.stop();
    bus_daemon.start();
    bluez.start();
    const Time returned = now_monotonic();
    ASSERT_TRUE(until([&] {
        return times_logged("left: streaming") == 2 && times_logged("right: streaming") == 2;
    }));
    EXPECT_LT(now_monotonic() - returned, 5s * kSlowness);
    EXPECT_EQ(times_logged("The system message bus is away"), 1U);
}

TEST_F(TandemdInTrouble, PlaysOnWhenItsConfigurationCanNoLongerBeRead) {
    start_with_speakers();
    std::filesystem::remove(folder.file("tandem.toml"));
    std::filesystem::create_directory(folder.file("tandem.toml"));
    EXPECT_THAT(ctl({"reload"}, 78), HasSubstr("tandem.toml: file: cannot be read"));
    EXPECT_EQ(times_logged("configuration not changed"), 1U);
    EXPECT_EQ(sink(0).state, "streaming");
    EXPECT_EQ(sink(1).state, "streaming");
    EXPECT_EQ(times_logged("streaming"), 2U);
}

TEST_F(TandemdInTrouble, StillSaysAfterAStallThatASpeakerPlaysAtLessQuality) {
    using Hearing = FakeBluez::Hearing;
    start_with_speakers();
    bluez.set_hearing(kLeft, Hearing::slow);
    ASSERT_TRUE(logs("left: streaming: The radio link"));
    bluez.set_hearing(kLeft, Hearing::none);
    ASSERT_TRUE(logs("left: stalled"));
    bluez.set_hearing(kLeft, Hearing::good);
    std::string state = "stalled";
    for (int look = 0; look < 300 && state == "stalled"; ++look)
        state = sink(0).state;
    EXPECT_EQ(state, "streaming");
    EXPECT_EQ(sink(0).reason, ReasonCode::link_slow);
    EXPECT_LT(sink(0).bitpool, sink(1).bitpool);
}

TEST_F(TandemdInTrouble, ReleasesBothSpeakersWithinTwoSecondsOfSigterm) {
    start_with_speakers();
    const Time asked = now_monotonic();
    daemon->ask_to_end();
    ASSERT_TRUE(until([&] { return bluez.transports() == 0 && bluez.endpoints("hci0") == 0; }));
    EXPECT_LT(now_monotonic() - asked, 2s * kSlowness);
    EXPECT_EQ(daemon->exit_status(), 0);
    EXPECT_LT(now_monotonic() - asked, 2s * kSlowness);
}

TEST_F(TandemdInTrouble, EndsWithinTwoSecondsThoughTheBusHangs) {
    start_with_speakers();
    bus_daemon.freeze();
    const Time asked = now_monotonic();
    EXPECT_EQ(stop(), 0);
    EXPECT_LT(now_monotonic() - asked, 2s * kSlowness);
    bus_daemon.thaw();
}

}  // namespace
}  // namespace tandem::testing
