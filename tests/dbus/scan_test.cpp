// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/pairing/scan.hpp"

#include "dbus/bench.hpp"
#include "tandem/pairing/unpairing.hpp"

namespace tandem::testing {
namespace {

struct ScanOnBus : Bench {
    std::vector<FoundSpeaker> found;
    std::string failure;
    std::unique_ptr<Scan> scan;

    void search(const std::string& adapter = "") {
        scan = std::make_unique<Scan>(
            loop, bus, adapter, [this](const auto& all) { found = all; },
            [this](const std::string& sentence) {
                failure = sentence;
                scan.reset();
            },
            300ms);
    }
};

TEST_F(ScanOnBus, FindsSpeakersInPairingModeTheNearestFirst) {
    bluez.add_speaker(
        {.address = kLeft, .known = false, .paired = false, .name = "Kitchen", .rssi = -71});
    bluez.add_speaker({.address = kRight, .name = "Shelf", .rssi = -52});
    bluez.start();
    search();
    ASSERT_TRUE(until([&] { return found.size() == 2; }));
    EXPECT_EQ(found[0], (FoundSpeaker{kRight, "Shelf", -52, true}));
    EXPECT_EQ(found[1], (FoundSpeaker{kLeft, "Kitchen", -71, false}));
}

TEST_F(ScanOnBus, LeavesOutWhatIsNoSpeakerAndWhatDoesNotAnswer) {
    bluez.add_speaker({.address = kLeft, .paired = false, .name = "Phone", .kind = 0x5a020c});
    bluez.add_speaker({.address = kRight, .name = "Paired and asleep", .discoverable = false});
    bluez.add_speaker({.address = "AA:00:00:00:00:03", .paired = false, .kind = 0x240000});
    bluez.add_speaker({.address = "AA:00:00:00:00:04", .paired = false, .kind = 0});  // over LE
    bluez.start();
    search();
    ASSERT_TRUE(until([&] { return !found.empty(); }));
    ASSERT_TRUE(until([&] { return bluez.discovering(); }));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].address, "AA:00:00:00:00:03")
        << "one that says no more than that it renders sound may be";
}

TEST_F(ScanOnBus, ListsASpeakerThatIsConnectedAndCannotBeFound) {
    bluez.add_speaker({.address = kLeft, .connected = true, .discoverable = false});
    bluez.add_speaker({.address = kRight, .discoverable = false});  // paired and away
    bluez.start();
    search();
    ASSERT_TRUE(until([&] { return found.size() == 1; }));
    EXPECT_EQ(found[0].address, kLeft);
}

TEST_F(ScanOnBus, StopsTheSearchWhenItIsGivenUp) {
    bluez.start();
    search();
    ASSERT_TRUE(until([&] { return bluez.discovering(); }));
    scan.reset();
    EXPECT_TRUE(until([&] { return !bluez.discovering(); }));
}

TEST_F(ScanOnBus, SaysWhyItCannotSearch) {
    search();
    ASSERT_TRUE(until([&] { return !failure.empty(); }));
    EXPECT_EQ(failure, "BlueZ is not running: start it with \"sudo systemctl start bluetooth\".");
    failure.clear();
    bluez.start();
    search("hci7");
    ASSERT_TRUE(until([&] { return !failure.empty(); }));
    EXPECT_TRUE(failure.starts_with("The Bluetooth adapter hci7 is not there")) << failure;
    failure.clear();
    search();
    ASSERT_TRUE(until([&] { return bluez.discovering(); }));
    bluez.stop();
    ASSERT_TRUE(until([&] { return !failure.empty(); }));
    EXPECT_EQ(failure, "BlueZ stopped during the search: try again.");
}

struct UnpairingOnBus : Bench {
    std::optional<std::optional<std::string>> result;  // set once it is done
    std::unique_ptr<Unpairing> unpairing;

    bool unpair(const std::string& address) {
        result.reset();
        unpairing = std::make_unique<Unpairing>(
            loop, bus, address,
            [this](const std::optional<std::string>& failure) {
                result = failure;
                unpairing.reset();
            },
            300ms);
        return until([&] { return result.has_value(); });
    }
};

TEST_F(UnpairingOnBus, ForgetsTheSpeakerAndNoOther) {
    bluez.start();
    ASSERT_TRUE(unpair(kLeft));
    EXPECT_EQ(*result, std::nullopt);
    EXPECT_FALSE(bluez.paired(kLeft));
    EXPECT_FALSE(bluez.known(kLeft));
    EXPECT_TRUE(bluez.paired(kRight));
}

TEST_F(UnpairingOnBus, SaysThatItIsNotKnownOrThatBluezDoesNotRun) {
    ASSERT_TRUE(unpair(kLeft));
    EXPECT_EQ(**result, "BlueZ is not running: start it with \"sudo systemctl start bluetooth\".");
    bluez.start();
    ASSERT_TRUE(unpair("AA:00:00:00:00:77"));
    EXPECT_TRUE((*result)->starts_with("BlueZ does not know AA:00:00:00:00:77")) << **result;
}

}  // namespace
}  // namespace tandem::testing
