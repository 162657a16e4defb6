// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "tandem/bluez/reasons.hpp"
#include "unit/sink_machine_bench.hpp"

namespace tandem {
namespace {

using namespace test;

TEST(SinkMachine, GoesFromAbsentToStreaming) {
    SinkBench bench;
    ASSERT_TRUE(bench.page());
    EXPECT_EQ(bench.machine.state(), SinkState::connecting);
    bench.connect_succeeds();
    EXPECT_EQ(bench.machine.state(), SinkState::configuring);
    bench.transport_appears();
    EXPECT_EQ(bench.count(SinkAction::acquire), 1);
    bench.acquire_succeeds();
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
    EXPECT_EQ(bench.machine.reason(), Reason{});
}

TEST(SinkMachine, TakesASpeakerThatConnectsByItself) {
    SinkBench bench;
    bench.facts.access = {};
    bench.page();
    bench.machine.on_connect_done(kPageTimeout, bench.now);
    bench.transport_appears();
    EXPECT_EQ(bench.count(SinkAction::acquire), 1);
    bench.acquire_succeeds();
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
}

TEST(SinkMachine, EndsAPageThatNobodyAnswersAndWaitsForItsAnswer) {
    SinkBench bench;
    ASSERT_TRUE(bench.page());
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 6s);
    bench.pass(6s);
    EXPECT_EQ(bench.count(SinkAction::cancel), 1);
    bench.pass(1s);
    EXPECT_EQ(bench.count(SinkAction::cancel), 1);
    EXPECT_FALSE(bench.page());
    bench.machine.on_connect_done(kCanceled, bench.now);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::unreachable);
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 3s);
}

TEST(SinkMachine, GivesASpeakerThatAnsweredMoreTime) {
    SinkBench bench;
    ASSERT_TRUE(bench.page());
    bench.facts.connected = true;
    bench.pass(19s);
    EXPECT_EQ(bench.count(SinkAction::cancel), 0);
    bench.pass(1s);
    EXPECT_EQ(bench.count(SinkAction::cancel), 1);
    bench.machine.on_connect_done(kCanceled, bench.now);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::connect_failed);
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 3s);
}

TEST(SinkMachine, OpensTheStreamItselfWhenASpeakerConnectsAndDoesNot) {
    SinkBench bench;
    bench.nobody_answers(8);
    bench.pass(5s);
    bench.facts.connected = true;
    bench.update();
    EXPECT_FALSE(bench.page());
    bench.pass(2s);
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, PagesSoonWhenASearchFindsTheSpeaker) {
    SinkBench bench;
    bench.nobody_answers(8);
    bench.pass(5s);
    EXPECT_FALSE(bench.page());
    ++bench.facts.seen;
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, KeepsSayingWhyASpeakerIsAwayWhileItTriesAgain) {
    SinkBench bench;
    bench.page();
    bench.machine.on_connect_done(kPageTimeout, bench.now);
    EXPECT_EQ(bench.machine.state(), SinkState::absent);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::unreachable);
    bench.now += 3s;
    ASSERT_TRUE(bench.page());
    EXPECT_EQ(bench.machine.state(), SinkState::absent);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::unreachable);
}

TEST(SinkMachine, TriesAgainSoonAfterALastingStreamWasLost) {
    SinkBench bench;
    bench.stream();
    bench.pass(60s);
    bench.speaker_vanishes();
    EXPECT_EQ(bench.count(SinkAction::stop), 1);
    EXPECT_EQ(bench.machine.state(), SinkState::absent);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::connection_lost);
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 1s);
}

TEST(SinkMachine, BacksOffWhenStreamsDoNotLast) {
    SinkBench bench;
    for (const auto wait : {3s, 6s, 10s}) {
        bench.stream();
        bench.pass(1s);
        bench.speaker_vanishes();
        EXPECT_EQ(bench.machine.wake_up(), bench.now + wait);
        bench.pass(wait);
    }
}

TEST(SinkMachine, DoesNothingWhileAnObstacleStandsAndStartsAtOnceWhenItGoes) {
    SinkBench bench;
    bench.facts.access = {SinkAccess::Way::obstructed,
                          make_reason(ReasonCode::adapter_off, "AA:BB:CC:DD:EE:FF", "hci0")};
    for (int i = 0; i < 100; ++i) {
        bench.pass(10s);
        EXPECT_FALSE(bench.page());
    }
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::adapter_off);
    bench.facts.access = {};
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, StopsTheStreamWhenAnObstacleComes) {
    SinkBench bench;
    bench.stream();
    bench.facts.access = {SinkAccess::Way::obstructed, make_reason(ReasonCode::bluetooth_missing)};
    bench.facts.transport.clear();
    bench.update();
    EXPECT_EQ(bench.done, std::vector{SinkAction::stop});
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::bluetooth_missing);
}

TEST(SinkMachine, TakesANewTransportThatReplacesTheOldOne) {
    SinkBench bench;
    bench.stream();
    bench.transport_appears("/t/fd1");
    EXPECT_EQ(bench.done, (std::vector{SinkAction::stop, SinkAction::acquire}));
}

TEST(SinkMachine, LeavesASpeakerAloneThatAnotherProgramUses) {
    SinkBench bench;
    bench.page();
    bench.facts.connected = true;
    bench.facts.claimed_elsewhere = true;
    bench.machine.on_connect_done(BusError{"org.bluez.Error.AlreadyConnected", ""}, bench.now);
    bench.pass(10s);
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::claimed_elsewhere);
    for (int i = 0; i < 100; ++i) {
        bench.pass(10s);
        EXPECT_FALSE(bench.page());
    }
    EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
    bench.facts.claimed_elsewhere = false;
    bench.pass(2s);
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, IgnoresAnswersThatCameTooLate) {
    SinkBench bench;
    bench.page();
    bench.facts.access = {SinkAccess::Way::obstructed,
                          make_reason(ReasonCode::adapter_off, "", "hci0")};
    bench.update();
    bench.machine.on_connect_done(std::nullopt, bench.now);
    bench.machine.on_acquire_done(std::nullopt, bench.now);
    bench.machine.on_disconnect_done(bench.now);
    bench.update();
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
}

TEST(SinkMachine, LeavesAReleasedSpeakerToOthersUntilItIsTakenBack) {
    SinkBench bench;
    bench.stream();
    bench.facts.access = {SinkAccess::Way::released, {ReasonCode::released, "released"}};
    bench.update();
    EXPECT_EQ(bench.done,
              (std::vector{SinkAction::stop, SinkAction::release, SinkAction::disconnect}));
    EXPECT_EQ(bench.machine.state(), SinkState::resting);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::released);
    bench.machine.on_disconnect_done(bench.now);
    bench.speaker_vanishes();
    bench.pass(10min);
    EXPECT_FALSE(bench.page()) << "it would be taken from the others";
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::released);
    bench.facts.access = {};
    bench.update();
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, DisconnectsAReleasedSpeakerEachTimeThatItConnectsByItself) {
    SinkBench bench;
    bench.facts.access = {SinkAccess::Way::released, {ReasonCode::released, "released"}};
    for (long times = 1; times <= 2; ++times) {
        bench.transport_appears();
        bench.update();
        EXPECT_EQ(bench.count(SinkAction::disconnect), times);
        bench.speaker_vanishes();
    }
    EXPECT_EQ(bench.count(SinkAction::acquire), 0);
}

TEST(SinkMachine, EndsThePageOfASpeakerThatIsReleased) {
    SinkBench bench;
    ASSERT_TRUE(bench.page());
    bench.facts.access = {SinkAccess::Way::released, {ReasonCode::released, "released"}};
    bench.update();
    bench.update();
    EXPECT_EQ(bench.count(SinkAction::cancel), 1);
    bench.machine.on_connect_done(kCanceled, bench.now);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::released);
}

}  // namespace
}  // namespace tandem
