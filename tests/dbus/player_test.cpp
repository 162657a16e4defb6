// SPDX-License-Identifier: GPL-3.0-or-later
// The player that speakers see over AVRCP.
#include "dbus/bench.hpp"

namespace tandem::testing {
namespace {

struct PlayerOnBus : Bench {
    [[nodiscard]] bool says(const std::string& status) {
        return until([&] { return bluez.playback_status() == status; });
    }
};

TEST_F(PlayerOnBus, SaysPlayingWhileSoundPlaysAndPausedWhileItIsSilent) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    ASSERT_TRUE(says("Playing"));
    control->set_quiet(true);
    ASSERT_TRUE(says("Paused"));
    control->set_quiet(false);
    ASSERT_TRUE(says("Playing"));
    bluez.switch_off(kLeft);
    bluez.switch_off(kRight);
    EXPECT_TRUE(says("Paused"));
}

TEST_F(PlayerOnBus, TakesButtonsAndPlaysOn) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    ASSERT_TRUE(says("Playing"));
    for (const char* button : {"Pause", "Stop", "Next"}) {
        // While the fake waits for its answer our loop has to run: the call is made by a thread.
        std::atomic<bool> answered{false};
        std::string error;
        std::thread presser([&] {
            error =
                bluez.call_client("/io/tandem/player", "org.mpris.MediaPlayer2.Player", button, {});
            answered = true;
        });
        EXPECT_TRUE(until([&] { return answered.load(); }));
        presser.join();
        EXPECT_EQ(error, "") << button;
    }
    EXPECT_EQ(bluez.playback_status(), "Playing");
    EXPECT_EQ(recorder.sinks["left"].stopped, 0);
}

}  // namespace
}  // namespace tandem::testing
