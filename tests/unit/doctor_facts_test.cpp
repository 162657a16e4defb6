// SPDX-License-Identifier: GPL-3.0-or-later
// What the doctor reads out of what other programs and the kernel say.
#include <gtest/gtest.h>

#include "tandem/doctor/facts.hpp"

namespace tandem {
namespace {

TEST(DoctorFacts, VersionIsFoundInWhatBluezSays) {
    EXPECT_EQ(parse_bluez_version("5.82\n"), (BluezVersion{5, 82}));
    EXPECT_EQ(parse_bluez_version("bluetoothd: 5.66"), (BluezVersion{5, 66}));
    EXPECT_EQ(parse_bluez_version(""), std::nullopt);
}

TEST(DoctorFacts, UnitIsReadFromSystemctl) {
    const auto unit = parse_unit(
        "LoadState=loaded\nActiveState=failed\nExecMainStatus=78\nNRestarts=12\nWatchdogUSec="
        "10s\n");
    EXPECT_TRUE(unit.installed);
    EXPECT_EQ(unit.active, "failed");
    EXPECT_EQ(unit.exit_status, 78);
    EXPECT_EQ(unit.restarts, 12);
    EXPECT_TRUE(unit.watchdog);
    EXPECT_FALSE(parse_unit("LoadState=not-found\nWatchdogUSec=infinity\n").installed);
    EXPECT_FALSE(parse_unit("WatchdogUSec=0\n").watchdog);
    EXPECT_FALSE(parse_unit("").installed);
}

TEST(DoctorFacts, CardIsReadFromItsStreamFile) {
    const auto card = parse_usb_stream(
        "Some Maker USB Audio at usb-0000:01:00.0-1.2, full speed : USB Audio\n\n"
        "Playback:\n  Interface 1\n    Channels: 2\n    Rates: 96000\n\n"
        "Capture:\n  Status: Stop\n  Interface 2\n    Altset 1\n    Format: S16_LE\n"
        "    Channels: 1\n    Endpoint: 0x82 (2 IN) (ASYNC)\n    Rates: 44100, 48000\n");
    ASSERT_TRUE(card);
    EXPECT_EQ(card->name, "Some Maker USB Audio");
    EXPECT_EQ(card->channels, 1);
    EXPECT_EQ(card->rates, (std::vector<int>{44100, 48000}));
    EXPECT_FALSE(card->any_between);
    const auto between =
        parse_usb_stream("X at usb-1\nCapture:\n Channels: 2\n Rates: 8000 - 48000 (continuous)\n");
    ASSERT_TRUE(between);
    EXPECT_TRUE(between->any_between);
    EXPECT_EQ(between->rates, (std::vector<int>{8000, 48000}));
    EXPECT_FALSE(parse_usb_stream("X at usb-1\n\nPlayback:\n Channels: 2\n"));
    EXPECT_FALSE(parse_usb_stream(""));
}

}  // namespace
}  // namespace tandem
