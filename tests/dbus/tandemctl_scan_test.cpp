// SPDX-License-Identifier: GPL-3.0-or-later
// The commands for which speakers are known: scan, unpair.
#include "dbus/tandemctl_bench.hpp"

namespace tandem::testing {
namespace {

TEST_F(TandemctlOnBus, ScanListsWhatItFindsAndUnpairForgetsIt) {
    FakeBluez bluez{bus_daemon.address()};
    bluez.add_adapter("hci0", "00:00:00:00:00:10");
    bluez.add_speaker({.address = kLeft, .known = false, .paired = false, .name = "Kitchen"});
    bluez.add_speaker({.address = kRight, .name = "Shelf", .rssi = -82});
    bluez.start();
    auto scan = run({"scan", "--seconds", "1"});
    EXPECT_EQ(scan.exit_status(), 0);
    EXPECT_THAT(scan.output(), HasSubstr("\nAA:00:00:00:00:01  -60 dBm (near)  Kitchen\n"
                                         "AA:00:00:00:00:02  -82 dBm (far)   Shelf, paired\n"));
    auto json = run({"scan", "--seconds", "1", "--json"});
    EXPECT_EQ(json.exit_status(), 0);
    EXPECT_THAT(json.output(), HasSubstr(R"("address": "AA:00:00:00:00:02",)"));
    EXPECT_FALSE(bluez.discovering());
    auto forgotten = run({"unpair", kRight});
    EXPECT_EQ(forgotten.exit_status(), 0);
    EXPECT_FALSE(bluez.paired(kRight));
    auto unknown = run({"unpair", kRight});
    EXPECT_EQ(unknown.exit_status(), 1);
    EXPECT_THAT(unknown.output(), StartsWith("tandemctl: BlueZ does not know"));
}

TEST_F(TandemctlOnBus, ScanThatFindsNothingIsStatus1AndSaysWhatToDo) {
    FakeBluez bluez{bus_daemon.address()};
    bluez.add_adapter("hci0", "00:00:00:00:00:10");
    bluez.start();
    auto scan = run({"scan", "--seconds", "1"});
    EXPECT_EQ(scan.exit_status(), 1);
    EXPECT_THAT(scan.output(), HasSubstr("hold its Bluetooth button"));
}

}  // namespace
}  // namespace tandem::testing
