// SPDX-License-Identifier: GPL-3.0-or-later
// What a speaker, another program or BlueZ can do to one sink: named, healed, and the other sink
// plays on.
#include <algorithm>

#include "dbus/bench.hpp"

namespace tandem::testing {
namespace {

struct SinkFaults : Bench {
    [[nodiscard]] bool left_shows(const std::string& code) {
        return until([&] { return recorder.shows("left", code); });
    }
    // `left` heals, and `right` was never stopped.
    void expect_healed() {
        ASSERT_TRUE(both_stream());
        EXPECT_EQ(recorder.sinks["left"].reason.code, ReasonCode::none);
        EXPECT_EQ(recorder.sinks["right"].started, 1);
        EXPECT_EQ(recorder.sinks["right"].stopped, 0);
        EXPECT_FALSE(bluez.overlapping_pages());
    }
};

TEST_F(SinkFaults, EndAnAttemptThatGoesOnOverLeAndPageAgain) {
    bluez.add_speaker({.address = kLeft, .reachable = false, .dual_mode = true});
    bluez.start();
    start_control();
    ASSERT_TRUE(left_shows("unreachable"));
    ASSERT_TRUE(until([&] { return recorder.streaming("right"); }));
    ASSERT_TRUE(until([&] { return bluez.pages(kLeft) >= 3; }));
    EXPECT_GE(bluez.disconnects(kLeft), 2);
    bluez.switch_on(kLeft);
    expect_healed();
}

TEST_F(SinkFaults, TakeASpeakerThatConnectsWhileItsPageGoesOnOverLe) {
    bluez.add_speaker({.address = kLeft, .reachable = false, .dual_mode = true});
    bluez.start();
    start_control();
    ASSERT_TRUE(until([&] { return bluez.pages(kLeft) == 1; }));
    bluez.connect_from_speaker(kLeft);
    expect_healed();
    EXPECT_EQ(bluez.disconnects(kLeft), 0);
}

TEST_F(SinkFaults, NameARefusedConfigurationAndDisconnectBeforeTheNextAttempt) {
    bluez.add_speaker({.address = kLeft, .refuses = true});
    bluez.start();
    start_control();
    ASSERT_TRUE(left_shows("stream-refused"));
    ASSERT_TRUE(until([&] { return bluez.disconnects(kLeft) >= 2; }));
    ASSERT_TRUE(until([&] { return recorder.streaming("right"); }));
    bluez.set_refuses(kLeft, false);
    expect_healed();
}

TEST_F(SinkFaults, TryTheNextBestConfigurationAfterARefusal) {
    const Octets middle{0x11, 0x15, 2, 33};
    bluez.add_speaker({.address = kLeft, .takes_only = middle});
    bluez.start();
    start_control();
    expect_healed();
    const auto tried = bluez.configurations(kLeft);
    EXPECT_EQ(tried.back(), middle);
    EXPECT_LE(std::count(tried.begin(), tried.end(), tried.front()), 2);
}

TEST_F(SinkFaults, SayOfASpeakerThatRefusesEveryConfigurationToTryTheOtherRate) {
    bluez.add_speaker({.address = kLeft, .refuses = true});
    bluez.start();
    start_control();
    ASSERT_TRUE(left_shows("rate-refused"));
    EXPECT_NE(recorder.sinks["left"].reason.sentence.find("44100"), std::string::npos);
}

TEST_F(SinkFaults, DisconnectASpeakerThatIsSaidToBeBusyAgainAndAgain) {
    bluez.add_speaker({.address = kLeft, .busy = true});
    bluez.start();
    start_control();
    ASSERT_TRUE(left_shows("connection-busy"));
    expect_healed();
    EXPECT_EQ(bluez.disconnects(kLeft), 1);
    EXPECT_LE(bluez.pages(kLeft), 4);
}

TEST_F(SinkFaults, SayThatAnAdapterHasNoAudio) {
    bluez.set_media("hci0", false);
    bluez.start();
    start_control();
    ASSERT_TRUE(left_shows("media-missing"));
    EXPECT_EQ(recorder.sinks["left"].state, SinkState::failed);
}

// A bond that the speaker has forgotten must not hide a good one on the other adapter.
TEST_F(SinkFaults, LeaveAnAdapterWhoseKeyTheSpeakerRejects) {
    bluez.add_adapter("hci1", "00:00:00:00:00:11");
    bluez.add_speaker({.address = kLeft, .adapter = "hci1"});
    bluez.add_stale_bond("hci0", kLeft);
    bluez.start();
    start_control();
    ASSERT_TRUE(left_shows("key-rejected"));
    EXPECT_TRUE(both_stream());
}

TEST_F(SinkFaults, TrustASpeakerThatIsPaired) {
    bluez.add_speaker({.address = kLeft, .trusted = false});
    bluez.start();
    start_control();
    EXPECT_TRUE(until([&] { return bluez.trusted(kLeft); }));
    EXPECT_TRUE(both_stream());
}

TEST_F(SinkFaults, NameASpeakerWhoseOnlyEndPointIsInUse) {
    bluez.add_speaker({.address = kLeft, .end_point_free = false});
    bluez.start();
    start_control();
    ASSERT_TRUE(left_shows("no-free-end-point"));
    ASSERT_TRUE(until([&] { return bluez.disconnects(kLeft) >= 2; }));
    bluez.set_end_point_free(kLeft, true);
    expect_healed();
}

TEST_F(SinkFaults, LeaveASpeakerToAnotherProgramAndTakeItWhenThatEnds) {
    bluez.add_speaker({.address = kLeft, .reachable = false});
    bluez.start();
    start_control();
    ASSERT_TRUE(left_shows("unreachable"));
    bluez.claim(kLeft, true);
    ASSERT_TRUE(left_shows("claimed-elsewhere"));
    EXPECT_EQ(bluez.disconnects(kLeft), 0);
    bluez.switch_on(kLeft);
    bluez.claim(kLeft, false);
    expect_healed();
}

TEST_F(SinkFaults, NameASpeakerThatHasNoSinkAndDisconnectBeforeTheNextAttempt) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    bluez.switch_off(kLeft);
    ASSERT_TRUE(left_shows("connection-lost"));
    bluez.set_as_source(kLeft, true);
    bluez.switch_on(kLeft);
    ASSERT_TRUE(left_shows("wrong-role"));
    ASSERT_TRUE(until([&] { return bluez.disconnects(kLeft) >= 2; }));
    bluez.set_as_source(kLeft, false);
    expect_healed();
}

TEST_F(SinkFaults, AreNotedOnceForEachSearchThatRunsWhileSpeakersPlay) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    bluez.search("hci0", true);
    bluez.search("hci0", true);
    ASSERT_TRUE(until([&] { return !recorder.notes.empty(); }));
    bluez.search("hci0", false);
    bluez.report_delay(kRight, 500);  // once that is known, the end of the search is too
    ASSERT_TRUE(until([&] { return !recorder.sinks["right"].delays.empty(); }));
    bluez.search("hci0", true);
    ASSERT_TRUE(until([&] { return recorder.notes.size() == 2; }));
    EXPECT_EQ(recorder.notes.front(), "search-running");
    expect_healed();
}

TEST_F(SinkFaults, ShowAStallAndItsEndWithoutTouchingTheStream) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    control->link_stalled("left");
    ASSERT_TRUE(left_shows("link-stalled"));
    EXPECT_EQ(recorder.sinks["left"].state, SinkState::stalled);
    control->link_moves("left");
    ASSERT_TRUE(until([&] { return recorder.sinks["left"].state == SinkState::streaming; }));
    EXPECT_EQ(recorder.sinks["left"].started, 1);
    expect_healed();
}

TEST_F(SinkFaults, FollowAnAdapterThatIsRemovedAndComesBackUnderAnotherName) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    bluez.rename_adapter("hci0", "hci3");
    ASSERT_TRUE(until([&] {
        return recorder.sinks["left"].stopped == 1 && recorder.sinks["right"].stopped == 1;
    }));
    ASSERT_TRUE(both_stream());
    EXPECT_EQ(bluez.endpoint_path(kLeft).rfind("/io/tandem/endpoint/hci3/", 0), 0U);
}

}  // namespace
}  // namespace tandem::testing
