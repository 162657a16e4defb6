// SPDX-License-Identifier: GPL-3.0-or-later
// A speaker that is released for other devices, and taken back.
#include "dbus/tandemd_bench.hpp"

namespace tandem::testing {
namespace {

struct Released : TandemdOnBus {
    void start_with_speakers() {
        bluez.add_speaker({.address = kLeft});
        bluez.add_speaker({.address = kRight});
        bluez.start();
        start(kSpeakers);
        ASSERT_TRUE(logs("left: streaming"));
        ASSERT_TRUE(logs("right: streaming"));
    }
    [[nodiscard]] bool left_is_left_alone() {
        return until([&] { return bluez.transport_path(kLeft).empty(); });
    }
    // Each look runs a program: not from inside until().
    [[nodiscard]] bool left_plays() {
        for (int look = 0; look < 300; ++look)
            if (sink(0).state == "streaming") return true;
        return false;
    }
};

TEST_F(Released, IsLeftAloneUntilItIsTakenBackAndTheOtherPlaysOn) {
    start_with_speakers();
    ctl({"release", "left"});
    ASSERT_TRUE(left_is_left_alone());
    EXPECT_EQ(bluez.disconnects(kLeft), 1);
    EXPECT_EQ(sink(0).reason, ReasonCode::released);
    EXPECT_FALSE(sink(0).released_s);
    EXPECT_THAT(ctl({"status"}), HasSubstr("left is released (\"tandemctl take left\""));
    ctl({"reload"});
    EXPECT_EQ(sink(0).reason, ReasonCode::released) << "a reload is no wish to have it back";
    const int pages = bluez.pages(kLeft);
    (void)run_until(
        loop, [] { return false; }, 1s);
    EXPECT_EQ(bluez.pages(kLeft), pages);

    ctl({"take", "left"});
    ASSERT_TRUE(left_plays());
    EXPECT_EQ(times_logged("right: streaming"), 1U);
    EXPECT_EQ(sink(1).packets_dropped, 0U);
    EXPECT_THAT(ctl({"take", "left"}, 1), HasSubstr("\"left\" is not released"));
    EXPECT_THAT(ctl({"release", "middle"}, 1), HasSubstr("There is no sink \"middle\""));
}

TEST_F(Released, ComesBackByItselfWhenItsTimeIsOver) {
    start_with_speakers();
    ctl({"release", "left", "--for", "2s"});
    ASSERT_TRUE(left_is_left_alone());
    ASSERT_TRUE(logs("left: no longer released"));
    ASSERT_TRUE(left_plays());
    EXPECT_FALSE(sink(0).released_s);
}

}  // namespace
}  // namespace tandem::testing
