// SPDX-License-Identifier: GPL-3.0-or-later
// What a sink's machine makes of BlueZ's refusals: none is answered by the same call for ever.
#include <gtest/gtest.h>

#include "unit/sink_machine_bench.hpp"

namespace tandem::test {
namespace {

// bluez#2285, #2348, #2494: it connected in, and from then on ConnectProfile is answered so.
TEST(SinkMachine, TakesAConnectionDownThatIsBusyAgainAndAgain) {
    SinkBench bench;
    bench.facts.connected = true;
    bench.update();
    const BusError busy{"org.bluez.Error.Failed", "br-connection-busy"};
    for (int tries = 1; tries <= 3; ++tries) {
        EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
        bench.pass(2s);
        ASSERT_TRUE(bench.page());
        bench.machine.on_connect_done(busy, bench.now);
        bench.collect();
        EXPECT_EQ(bench.machine.reason().code, ReasonCode::connection_busy);
    }
    EXPECT_EQ(bench.count(SinkAction::disconnect), 1);
    bench.facts.connected = false;
    bench.machine.on_disconnect_done(bench.now);
    bench.pass(3s);
    EXPECT_TRUE(bench.page()) << "from here";
}

// Linux takes a connection that nobody uses down after 2 s, and BlueZ cancels what begins just
// then.
TEST(SinkMachine, TriesAgainWhileTheConnectionIsThatTheSpeakerRefusedOver) {
    SinkBench bench;
    bench.refuses();
    bench.pass(1s);
    EXPECT_FALSE(bench.page()) << "it may be opening its stream itself";
    bench.pass(500ms);
    EXPECT_TRUE(bench.page());
}

TEST(SinkMachine, DoesNotAcquireForEverWhatIsInProgress) {
    SinkBench bench;
    bench.configure();
    for (int tries = 0; tries < 200 && bench.count(SinkAction::disconnect) == 0; ++tries) {
        bench.machine.on_acquire_done(kInProgress, bench.now);
        bench.collect();
        bench.pass(30s);
    }
    EXPECT_EQ(bench.count(SinkAction::disconnect), 1);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::acquire_failed);
}

TEST(SinkMachine, LetsALinkOverLeAloneBe) {
    SinkBench bench;
    bench.facts.connected = true;
    for (int pages = 0; pages < 6; ++pages) {
        while (!bench.page())
            bench.pass(1s);
        bench.machine.on_connect_done(kPageTimeout, bench.now);
        bench.collect();
    }
    EXPECT_EQ(bench.count(SinkAction::disconnect), 0);
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::unreachable);
}

TEST(SinkMachine, SaysThatEveryConfigurationWasRefused) {
    SinkBench bench;
    bench.page();
    bench.facts.connected = bench.facts.asked = bench.facts.last_choice = true;
    bench.update();
    bench.machine.on_connect_done(BusError{"org.bluez.Error.Failed", "br-connection-create-socket"},
                                  bench.now);
    bench.collect();
    EXPECT_EQ(bench.machine.reason().code, ReasonCode::rate_refused);
    EXPECT_EQ(bench.count(SinkAction::disconnect), 1);
}

// From BlueZ 5.84 on it is in the error's name.
TEST(SinkMachine, KnowsASourceOfSoundByBothOfBluezsErrors) {
    for (const BusError& error :
         {BusError{"org.bluez.Error.NotAvailable", "br-connection-profile-unavailable"},
          BusError{"org.bluez.Error.BREDR.ProfileUnavailable", "Exceeded the maximum"}}) {
        SinkBench bench;
        bench.page();
        bench.machine.on_connect_done(error, bench.now);
        EXPECT_EQ(bench.machine.reason().code, ReasonCode::wrong_role) << error.name;
    }
}

}  // namespace
}  // namespace tandem::test
