// SPDX-License-Identifier: GPL-3.0-or-later
// AVDTP delay reports on their way from BlueZ to the bridge: all of them, sane or not.
#include "dbus/bench.hpp"

namespace tandem::testing {
namespace {

struct DelayReports : Bench {
    // Of the left speaker, in the order they came.
    [[nodiscard]] bool were(const std::vector<Duration>& expected) {
        return until([&] { return recorder.sinks["left"].delays == expected; });
    }
};

TEST_F(DelayReports, ArePassedOnAtEachChangeForTheirSinkAlone) {
    bluez.add_speaker({.address = kLeft, .delay = 1200});
    bluez.start();
    start_control();
    ASSERT_TRUE(were({120ms}));
    bluez.report_delay(kLeft, 1855);
    ASSERT_TRUE(were({120ms, 185500us}));
    EXPECT_TRUE(recorder.sinks["right"].delays.empty());
}

TEST_F(DelayReports, OfZeroArePassedOnOnlyAfterAnotherOne) {
    bluez.add_speaker({.address = kLeft, .delay = 1200});
    bluez.start();
    start_control();
    ASSERT_TRUE(were({120ms}));  // the 0 of a new transport is no report
    bluez.report_delay(kLeft, 0);
    ASSERT_TRUE(were({120ms, 0ms}));
}

// BlueZ 5.83 and 5.84 tell of them by no signal.
TEST_F(DelayReports, ThatAreNotSignalledAreRead) {
    bluez.add_speaker({.address = kLeft, .delay = 1200, .signals_delay = false});
    bluez.start();
    start_control();
    ASSERT_TRUE(were({120ms}));
}

TEST_F(DelayReports, OfATransportThatStaysAreToldToEachNewStream) {
    bluez.add_speaker({.address = kLeft, .delay = 1200});
    bluez.start();
    start_control();
    ASSERT_TRUE(were({120ms}));
    const std::string transport = bluez.transport_path(kLeft);
    bluez.suspend(kLeft);
    ASSERT_TRUE(were({120ms, 120ms}));
    EXPECT_EQ(recorder.sinks["left"].started, 2);
    EXPECT_EQ(bluez.transport_path(kLeft), transport);
}

}  // namespace
}  // namespace tandem::testing
