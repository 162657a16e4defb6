// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/sink_machine.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tandem/bluez/reasons.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;

const BusError kPageTimeout{"org.bluez.Error.Failed", "br-connection-page-timeout"};
const BusError kCanceled{"org.bluez.Error.Failed", "br-connection-canceled"};
const BusError kNotAuthorized{"org.bluez.Error.NotAuthorized", "Operation Not Authorized"};
const BusError kInProgress{"org.bluez.Error.InProgress", "In Progress"};

// A machine with its world: time moves by hand, actions are collected.
struct Bench {
    SinkMachine machine{"AA:BB:CC:DD:EE:FF", SinkPolicy{}};
    SinkFacts facts;
    Time now{1000s};
    std::vector<SinkAction> done;

    Bench() { facts.adapter = "hci0"; }
    void update() {
        machine.update(facts, now);
        collect();
    }
    void collect() {
        for (const auto action : machine.take_actions())
            done.push_back(action);
    }
    void pass(Duration time) {
        now += time;
        update();
    }
    // Pages if one is due; whether it did.
    bool page() {
        update();
        if (!machine.wants_connect(now)) return false;
        machine.start_connect(now);
        collect();
        return true;
    }
    void connect_succeeds() {
        machine.connect_done(std::nullopt, now);
        facts.connected = true;
        update();
    }
    void transport_appears(const std::string& path = "/t/fd0") {
        facts.transport = path;
        facts.connected = true;
        facts.transport_state = TransportState::idle;
        update();
    }
    void acquire_succeeds() {
        machine.acquire_done(std::nullopt, now);
        update();
        facts.transport_state = TransportState::active;
        update();
    }
    void speaker_suspends() {
        facts.transport_state = TransportState::idle;
        ++facts.transport_ended;
        update();
    }
    void stream() {
        page();
        connect_succeeds();
        transport_appears();
        acquire_succeeds();
        done.clear();
    }
    void speaker_vanishes() {
        facts.transport.clear();
        facts.connected = false;
        update();
    }
    [[nodiscard]] long count(SinkAction action) const {
        return std::count(done.begin(), done.end(), action);
    }
};

TEST(SinkMachine, GoesFromAbsentToStreaming) {
    Bench bench;
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
    Bench bench;
    bench.facts.obstacle.reset();
    bench.page();
    bench.machine.connect_done(kPageTimeout, bench.now);
    bench.transport_appears();
    EXPECT_EQ(bench.count(SinkAction::acquire), 1);
    bench.acquire_succeeds();
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
}

TEST(SinkMachine, EndsAPageThatNobodyAnswersAndWaitsForItsAnswer) {
    Bench bench;
    ASSERT_TRUE(bench.page());
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 6s);
    bench.pass(6s);
    EXPECT_EQ(bench.count(SinkAction::cancel), 1);
    bench.pass(1s);
    EXPECT_EQ(bench.count(SinkAction::cancel), 1);
    EXPECT_FALSE(bench.page());
    bench.machine.connect_done(kCanceled, bench.now);
    EXPECT_EQ(bench.machine.reason().code, "unreachable");
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 3s);
}

TEST(SinkMachine, GivesASpeakerThatAnsweredMoreTime) {
    Bench bench;
    ASSERT_TRUE(bench.page());
    bench.facts.connected = true;
    bench.pass(19s);
    EXPECT_EQ(bench.count(SinkAction::cancel), 0);
    bench.pass(1s);
    EXPECT_EQ(bench.count(SinkAction::cancel), 1);
    bench.machine.connect_done(kCanceled, bench.now);
    EXPECT_EQ(bench.machine.reason().code, "connect-failed");
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 3s);
}

TEST(SinkMachine, OpensTheStreamItselfWhenASpeakerConnectsAndDoesNot) {
    Bench bench;
    for (int i = 0; i < 8; ++i) {
        while (!bench.page())
            bench.now += 100ms;
        bench.machine.connect_done(kPageTimeout, bench.now);
    }
    bench.pass(5s);
    bench.facts.connected = true;
    bench.update();
    EXPECT_FALSE(bench.page());
    bench.pass(2s);
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, PagesSoonWhenASearchFindsTheSpeaker) {
    Bench bench;
    for (int i = 0; i < 8; ++i) {
        while (!bench.page())
            bench.now += 100ms;
        bench.machine.connect_done(kPageTimeout, bench.now);
    }
    bench.pass(5s);
    EXPECT_FALSE(bench.page());
    ++bench.facts.seen;
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, StallsAndPlaysOnWithoutConnectingAnew) {
    Bench bench;
    bench.stream();
    bench.machine.link_stalled(bench.now);
    EXPECT_EQ(bench.machine.state(), SinkState::stalled);
    EXPECT_EQ(bench.machine.reason().code, "link-stalled");
    bench.pass(24s);
    bench.machine.link_moves(bench.now);
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
    EXPECT_EQ(bench.machine.reason(), Reason{});
    EXPECT_TRUE(bench.done.empty());
}

TEST(SinkMachine, ConnectsAnewWhenAStalledLinkIsNotReportedAsLost) {
    Bench bench;
    bench.stream();
    bench.machine.link_stalled(bench.now);
    bench.pass(25s);
    EXPECT_EQ(bench.count(SinkAction::disconnect), 1);
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
    EXPECT_EQ(bench.machine.reason().code, "link-stalled");
}

TEST(SinkMachine, TakesTheLossOfAStalledLinkForALossOfItsStream) {
    Bench bench;
    bench.stream();
    bench.pass(60s);
    bench.machine.link_stalled(bench.now);
    bench.pass(20s);
    bench.speaker_vanishes();
    EXPECT_EQ(bench.count(SinkAction::stop), 1);
    EXPECT_EQ(bench.machine.reason().code, "connection-lost");
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 1s);
}

TEST(SinkMachine, LetsASpeakerOpenItsStreamThatRefusedOursAtTheSameMoment) {
    Bench bench;
    bench.page();
    bench.facts.connected = true;
    bench.update();
    bench.machine.connect_done(BusError{"org.bluez.Error.Failed", "br-connection-refused"},
                               bench.now);
    bench.pass(500ms);
    bench.transport_appears();
    bench.acquire_succeeds();
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
    EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
}

TEST(SinkMachine, TellsARefusedStreamFromOneThatIsNotOffered) {
    for (const bool asked : {true, false}) {
        Bench bench;
        bench.page();
        bench.facts.connected = true;
        bench.facts.asked = asked;
        bench.update();
        const BusError refused{"org.bluez.Error.Failed", "br-connection-create-socket"};
        bench.machine.connect_done(refused, bench.now);
        bench.collect();
        EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
        bench.pass(2s);
        ASSERT_TRUE(bench.page()) << "over the connection that is there";
        bench.machine.connect_done(refused, bench.now);
        bench.collect();
        EXPECT_EQ(bench.machine.reason().code, asked ? "stream-refused" : "no-free-end-point");
        EXPECT_EQ(bench.count(SinkAction::disconnect), 1);
        bench.facts.connected = false;
        bench.machine.disconnect_done(bench.now);
        bench.pass(3s);
        EXPECT_TRUE(bench.page());
    }
}

TEST(SinkMachine, KeepsSayingWhyASpeakerIsAwayWhileItTriesAgain) {
    Bench bench;
    bench.page();
    bench.machine.connect_done(kPageTimeout, bench.now);
    EXPECT_EQ(bench.machine.state(), SinkState::absent);
    EXPECT_EQ(bench.machine.reason().code, "unreachable");
    bench.now += 3s;
    ASSERT_TRUE(bench.page());
    EXPECT_EQ(bench.machine.state(), SinkState::absent);
    EXPECT_EQ(bench.machine.reason().code, "unreachable");
}

TEST(SinkMachine, TriesAgainSoonAfterALastingStreamWasLost) {
    Bench bench;
    bench.stream();
    bench.pass(60s);
    bench.speaker_vanishes();
    EXPECT_EQ(bench.count(SinkAction::stop), 1);
    EXPECT_EQ(bench.machine.state(), SinkState::absent);
    EXPECT_EQ(bench.machine.reason().code, "connection-lost");
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 1s);
}

TEST(SinkMachine, BacksOffWhenStreamsDoNotLast) {
    Bench bench;
    for (const auto wait : {3s, 6s, 10s}) {
        bench.stream();
        bench.pass(1s);
        bench.speaker_vanishes();
        EXPECT_EQ(bench.machine.wake_up(), bench.now + wait);
        bench.pass(wait);
    }
}

TEST(SinkMachine, WaitsForStateActiveBeforeItBelievesInASuspend) {
    Bench bench;
    bench.page();
    bench.connect_succeeds();
    bench.transport_appears();
    bench.machine.acquire_done(std::nullopt, bench.now);
    bench.pass(1s);  // State is still idle: Acquire answers before it changes
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
    EXPECT_EQ(bench.count(SinkAction::stop), 0);
}

TEST(SinkMachine, NoticesASuspendThatWasOverBeforeItLooked) {
    Bench bench;
    bench.stream();
    ++bench.facts.transport_ended;  // idle and active again: State looks as ever
    bench.update();
    EXPECT_EQ(bench.machine.state(), SinkState::suspended);
}

TEST(SinkMachine, AcquiresAgainAfterTheSpeakerSuspended) {
    Bench bench;
    bench.stream();
    bench.speaker_suspends();
    EXPECT_EQ(bench.machine.state(), SinkState::suspended);
    EXPECT_EQ(bench.count(SinkAction::stop), 1);
    bench.pass(500ms);
    EXPECT_EQ(bench.count(SinkAction::acquire), 1);
    bench.acquire_succeeds();
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
}

TEST(SinkMachine, IsPatientWithASpeakerThatStaysSuspended) {
    Bench bench;
    bench.stream();
    bench.speaker_suspends();
    for (int i = 0; i < 50; ++i) {
        bench.pass(30s);
        bench.machine.acquire_done(BusError{"org.bluez.Error.Failed", "refused"}, bench.now);
    }
    EXPECT_EQ(bench.machine.state(), SinkState::suspended);
    EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
}

TEST(SinkMachine, RepeatsAcquireWhileBluezIsBusyWithoutCountingIt) {
    Bench bench;
    bench.page();
    bench.connect_succeeds();
    bench.transport_appears();
    for (int i = 0; i < 20; ++i) {
        bench.machine.acquire_done(kInProgress, bench.now);
        bench.pass(150ms);
    }
    EXPECT_EQ(bench.count(SinkAction::acquire), 21);
    EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
}

TEST(SinkMachine, DisconnectsATransportThatIsStuckActiveAndConnectsAnew) {
    Bench bench;
    bench.page();
    bench.connect_succeeds();
    bench.transport_appears();
    bench.facts.transport_state = TransportState::active;
    for (int i = 0; i < 4; ++i) {
        bench.machine.acquire_done(kNotAuthorized, bench.now);
        bench.collect();
        bench.pass(10s);
    }
    EXPECT_EQ(bench.count(SinkAction::disconnect), 1);
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
    EXPECT_EQ(bench.machine.reason().code, "transport-stuck");
    bench.facts.transport.clear();
    bench.facts.connected = false;
    bench.machine.disconnect_done(bench.now);
    bench.pass(3s);
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, ReleasesAndAcquiresAnewWhenTheLinkFails) {
    Bench bench;
    bench.stream();
    bench.machine.link_failed("Broken pipe", bench.now);
    bench.collect();
    EXPECT_EQ(bench.done, (std::vector{SinkAction::stop, SinkAction::release}));
    EXPECT_EQ(bench.machine.reason().code, "link-failed");
    bench.pass(500ms);
    EXPECT_EQ(bench.count(SinkAction::acquire), 1);
}

TEST(SinkMachine, DoesNothingWhileAnObstacleStandsAndStartsAtOnceWhenItGoes) {
    Bench bench;
    bench.facts.obstacle = make_reason("adapter-off", "AA:BB:CC:DD:EE:FF", "hci0");
    for (int i = 0; i < 100; ++i) {
        bench.pass(10s);
        EXPECT_FALSE(bench.page());
    }
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
    EXPECT_EQ(bench.machine.reason().code, "adapter-off");
    bench.facts.obstacle.reset();
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, StopsTheStreamWhenAnObstacleComes) {
    Bench bench;
    bench.stream();
    bench.facts.obstacle = make_reason("bluetooth-missing");
    bench.facts.transport.clear();
    bench.update();
    EXPECT_EQ(bench.done, std::vector{SinkAction::stop});
    EXPECT_EQ(bench.machine.reason().code, "bluetooth-missing");
}

TEST(SinkMachine, TakesANewTransportThatReplacesTheOldOne) {
    Bench bench;
    bench.stream();
    bench.transport_appears("/t/fd1");
    EXPECT_EQ(bench.done, (std::vector{SinkAction::stop, SinkAction::acquire}));
}

TEST(SinkMachine, LeavesASpeakerAloneThatAnotherProgramUses) {
    Bench bench;
    bench.page();
    bench.facts.connected = true;
    bench.facts.claimed_elsewhere = true;
    bench.machine.connect_done(BusError{"org.bluez.Error.AlreadyConnected", ""}, bench.now);
    bench.pass(10s);
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
    EXPECT_EQ(bench.machine.reason().code, "claimed-elsewhere");
    for (int i = 0; i < 100; ++i) {
        bench.pass(10s);
        EXPECT_FALSE(bench.page());
    }
    EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
    bench.facts.claimed_elsewhere = false;
    bench.pass(2s);
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, ConnectsAnewWhenASpeakerOpensNoStream) {
    Bench bench;
    bench.page();
    bench.connect_succeeds();
    bench.pass(10s);
    EXPECT_EQ(bench.count(SinkAction::disconnect), 1);
    EXPECT_EQ(bench.machine.reason().code, "not-configured");
}

TEST(SinkMachine, TellsTheRefusedCodecRatherThanBluezsError) {
    Bench bench;
    bench.page();
    bench.facts.refusal = "It plays 44.1 kHz only.";
    bench.update();
    bench.machine.connect_done(BusError{"org.bluez.Error.Failed", "br-connection-unknown"},
                               bench.now);
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
    EXPECT_EQ(bench.machine.reason().code, "no-common-codec");
    EXPECT_NE(bench.machine.reason().sentence.find("44.1 kHz only"), std::string::npos);
}

TEST(SinkMachine, IgnoresAnswersThatCameTooLate) {
    Bench bench;
    bench.page();
    bench.facts.obstacle = make_reason("adapter-off", "", "hci0");
    bench.update();
    bench.machine.connect_done(std::nullopt, bench.now);
    bench.machine.acquire_done(std::nullopt, bench.now);
    bench.machine.disconnect_done(bench.now);
    bench.update();
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
}

TEST(Reasons, HaveDistinctCodesAndWholeSentences) {
    std::vector<std::string_view> codes;
    for (const auto& text : kReasonTexts) {
        codes.push_back(text.code);
        const Reason reason = make_reason(text.code, "AA:BB:CC:DD:EE:FF", "hci0", "some error.");
        EXPECT_EQ(reason.sentence.find('{'), std::string::npos) << reason.sentence;
        EXPECT_TRUE(reason.sentence.ends_with('.') || reason.sentence.ends_with(')'))
            << reason.sentence;
    }
    std::sort(codes.begin(), codes.end());
    EXPECT_EQ(std::adjacent_find(codes.begin(), codes.end()), codes.end());
}

TEST(Reasons, TellHowToPair) {
    EXPECT_EQ(make_reason("not-paired", "AA:BB:CC:DD:EE:FF").sentence,
              "Speaker AA:BB:CC:DD:EE:FF is not paired on this machine: put it in pairing mode "
              "and run \"tandemctl pair AA:BB:CC:DD:EE:FF\".");
}

}  // namespace
}  // namespace tandem
