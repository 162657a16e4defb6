// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong with a speaker that is connected.
#include <gtest/gtest.h>

#include "unit/sink_machine_bench.hpp"

namespace tandem {
namespace {

using namespace test;

TEST(SinkMachine, StallsAndPlaysOnWithoutConnectingAnew) {
    SinkBench bench;
    bench.stream();
    bench.machine.on_link_stalled(bench.now);
    EXPECT_EQ(bench.machine.state(), SinkState::stalled);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::link_stalled);
    bench.pass(24s);
    bench.machine.on_link_moves(bench.now);
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
    EXPECT_EQ(bench.machine.reason(), Reason{});
    EXPECT_TRUE(bench.done.empty());
}

TEST(SinkMachine, BeginsAStreamAnewWithoutConnectingAnew) {
    SinkBench bench;
    bench.stream();
    bench.machine.restart(bench.now);
    bench.collect();
    EXPECT_EQ(bench.done, (std::vector{SinkAction::stop, SinkAction::release}));
    EXPECT_EQ(bench.machine.state(), SinkState::suspended);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::begun_anew);
    bench.speaker_suspends();  // what the release brings about
    bench.pass(199ms);
    EXPECT_EQ(bench.count(SinkAction::acquire), 0) << "the speaker is to empty itself";
    bench.pass(1ms);
    EXPECT_EQ(bench.count(SinkAction::acquire), 1);
    bench.acquire_succeeds();
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
    EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
}

TEST(SinkMachine, HasNothingToBeginAnewWithoutAStream) {
    SinkBench bench;
    bench.configure();
    const auto before = bench.done;
    bench.machine.restart(bench.now);
    bench.collect();
    EXPECT_EQ(bench.done, before);
}

TEST(SinkMachine, ConnectsAnewWhenAStalledLinkIsNotReportedAsLost) {
    SinkBench bench;
    bench.stream();
    bench.machine.on_link_stalled(bench.now);
    bench.pass(25s);
    EXPECT_EQ(bench.count(SinkAction::disconnect), 1);
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::link_stalled);
}

TEST(SinkMachine, TakesTheLossOfAStalledLinkForALossOfItsStream) {
    SinkBench bench;
    bench.stream();
    bench.pass(60s);
    bench.machine.on_link_stalled(bench.now);
    bench.pass(20s);
    bench.speaker_vanishes();
    EXPECT_EQ(bench.count(SinkAction::stop), 1);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::connection_lost);
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 1s);
}

TEST(SinkMachine, LetsASpeakerOpenItsStreamThatRefusedOursAtTheSameMoment) {
    SinkBench bench;
    bench.refuses();
    bench.pass(500ms);
    bench.transport_appears();
    bench.acquire_succeeds();
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
    EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
}

TEST(SinkMachine, TellsARefusedStreamFromOneThatIsNotOffered) {
    for (const bool asked : {true, false}) {
        SinkBench bench;
        bench.page();
        bench.facts.connected = true;
        bench.facts.asked = asked;
        bench.update();
        const BusError refused{"org.bluez.Error.Failed", "br-connection-create-socket"};
        for (int again = 0; again < 2; ++again) {
            bench.machine.on_connect_done(refused, bench.now);
            bench.collect();
            EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
            bench.pass(1300ms);
            ASSERT_TRUE(bench.page()) << "over the connection that is there";
        }
        bench.machine.on_connect_done(refused, bench.now);
        bench.collect();
        EXPECT_EQ(bench.machine.reason().code,
                  asked ? ReasonCode::stream_refused : ReasonCode::no_free_end_point);
        EXPECT_EQ(bench.count(SinkAction::disconnect), 1);
        bench.facts.connected = false;
        bench.machine.on_disconnect_done(bench.now);
        bench.pass(3s);
        EXPECT_TRUE(bench.page());
    }
}

struct SilentSearch : ::testing::Test {
    SinkBench bench;
    // Long after the speaker went, while the other one plays.
    SilentSearch() {
        bench.facts.air_in_use = true;
        for (int i = 0; i < 10; ++i) {
            bench.pass(54s);
            EXPECT_TRUE(bench.page());
            bench.machine.on_connect_done(kPageTimeout, bench.now);
        }
        bench.facts.quiet = true;
        bench.update();
    }
};

TEST_F(SilentSearch, PagesAsOftenAsIfNobodyPlayed) {
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 10s);
    bench.facts.quiet = false;
    bench.update();
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 54s);
}

TEST_F(SilentSearch, EndsAPageWithTheFirstSound) {
    bench.pass(10s);
    ASSERT_TRUE(bench.page());
    bench.facts.quiet = false;
    bench.pass(1s);
    EXPECT_EQ(bench.count(SinkAction::cancel), 1);
    bench.machine.on_connect_done(kCanceled, bench.now);
    EXPECT_EQ(bench.machine.wake_up(), bench.now + 54s);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::unreachable);
}

TEST_F(SilentSearch, LetsAPageRunThatIsDueWithSoundToo) {
    bench.pass(54s);
    ASSERT_TRUE(bench.page());
    bench.facts.quiet = false;
    bench.pass(1s);
    EXPECT_EQ(bench.count(SinkAction::cancel), 0);
}

TEST_F(SilentSearch, LetsASpeakerConnectThatHasAnswered) {
    bench.pass(10s);
    ASSERT_TRUE(bench.page());
    bench.facts.quiet = false;
    bench.facts.connected = true;
    bench.pass(1s);
    EXPECT_EQ(bench.count(SinkAction::cancel), 0);
}

TEST(SinkMachine, WaitsForStateActiveBeforeItBelievesInASuspend) {
    SinkBench bench;
    bench.configure();
    bench.machine.on_acquire_done(std::nullopt, bench.now);
    bench.pass(1s);  // State is still idle: Acquire answers before it changes
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
    EXPECT_EQ(bench.count(SinkAction::stop), 0);
}

TEST(SinkMachine, NoticesASuspendThatWasOverBeforeItLooked) {
    SinkBench bench;
    bench.stream();
    ++bench.facts.transport_ended;  // idle and active again: State looks as ever
    bench.update();
    EXPECT_EQ(bench.machine.state(), SinkState::suspended);
}

TEST(SinkMachine, AcquiresAgainAfterTheSpeakerSuspended) {
    SinkBench bench;
    bench.stream();
    bench.speaker_suspends();
    EXPECT_EQ(bench.machine.state(), SinkState::suspended);
    EXPECT_EQ(bench.count(SinkAction::stop), 1);
    bench.pass(500ms);
    EXPECT_EQ(bench.count(SinkAction::acquire), 1);
    bench.acquire_succeeds();
    EXPECT_EQ(bench.machine.state(), SinkState::streaming);
}

// bluez#723: a telephone plays on a speaker that two may use, and ours interrupts it.
TEST(SinkMachine, YieldsToWhoeverSuspendsStreamUponStream) {
    SinkBench bench;
    bench.stream();
    for (const Time end = bench.now + 2min; bench.now < end; bench.pass(500ms)) {
        if (bench.machine.state() == SinkState::streaming) {
            bench.pass(2s);
            bench.speaker_suspends();
        } else {
            bench.acquire_succeeds();  // where Acquire was called
        }
    }
    EXPECT_LE(bench.count(SinkAction::acquire), 5);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::suspended);
}

TEST(SinkMachine, IsPatientWithASpeakerThatStaysSuspended) {
    SinkBench bench;
    bench.stream();
    bench.speaker_suspends();
    for (int i = 0; i < 50; ++i) {
        bench.pass(30s);
        bench.machine.on_acquire_done(BusError{"org.bluez.Error.Failed", "refused"}, bench.now);
    }
    EXPECT_EQ(bench.machine.state(), SinkState::suspended);
    EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
}

TEST(SinkMachine, RepeatsAcquireWhileBluezIsBusyWithoutCountingIt) {
    SinkBench bench;
    bench.configure();
    for (int i = 0; i < 20; ++i) {
        bench.machine.on_acquire_done(kInProgress, bench.now);
        bench.pass(150ms);
    }
    EXPECT_EQ(bench.count(SinkAction::acquire), 21);
    EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
}

TEST(SinkMachine, DisconnectsATransportThatIsStuckActiveAndConnectsAnew) {
    SinkBench bench;
    bench.configure();
    bench.facts.transport_state = TransportState::active;
    for (int i = 0; i < 4; ++i) {
        bench.machine.on_acquire_done(kNotAuthorized, bench.now);
        bench.collect();
        bench.pass(10s);
    }
    EXPECT_EQ(bench.count(SinkAction::disconnect), 1);
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::transport_stuck);
    bench.facts.transport.clear();
    bench.facts.connected = false;
    bench.machine.on_disconnect_done(bench.now);
    bench.pass(3s);
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, ReleasesAndAcquiresAnewWhenTheLinkFails) {
    SinkBench bench;
    bench.stream();
    bench.machine.on_link_failed("Broken pipe", bench.now);
    bench.collect();
    EXPECT_EQ(bench.done, (std::vector{SinkAction::stop, SinkAction::release}));
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::link_failed);
    bench.pass(500ms);
    EXPECT_EQ(bench.count(SinkAction::acquire), 1);
}

// After a restart BlueZ is still closing the stream of the run before, and says yes to everything.
TEST(SinkMachine, AsksOnceMoreWhenAConnectionBringsNoStream) {
    SinkBench bench;
    bench.page();
    bench.connect_succeeds();
    bench.pass(1s);
    EXPECT_FALSE(bench.page()) << "it may be about to";
    bench.pass(300ms);
    EXPECT_TRUE(bench.page());
    EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
    bench.connect_succeeds();
    bench.transport_appears();
    EXPECT_EQ(bench.count(SinkAction::acquire), 1);
}

TEST(SinkMachine, ConnectsAnewWhenASpeakerOpensNoStream) {
    SinkBench bench;
    for (int tries = 1; tries <= 7; ++tries) {
        EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
        ASSERT_TRUE(bench.page()) << tries;
        bench.connect_succeeds();
        bench.pass(1300ms);
    }
    EXPECT_EQ(bench.count(SinkAction::disconnect), 1);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::not_configured);
}

TEST(SinkMachine, TellsTheRefusedCodecRatherThanBluezsError) {
    SinkBench bench;
    bench.page();
    bench.facts.refusal = "It plays 44.1 kHz only.";
    bench.update();
    bench.machine.on_connect_done(BusError{"org.bluez.Error.Failed", "br-connection-unknown"},
                                  bench.now);
    EXPECT_EQ(bench.machine.state(), SinkState::failed);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::no_common_codec);
    EXPECT_NE(bench.machine.reason().sentence.find("44.1 kHz only"), std::string::npos);
}

}  // namespace
}  // namespace tandem
