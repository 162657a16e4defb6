// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/pairing/pairing.hpp"

#include "dbus/bench.hpp"

namespace tandem::testing {
namespace {

struct PairingOnBus : Bench {
    std::vector<std::string> progress;
    std::optional<std::optional<std::string>> result;  // set once it is done
    std::unique_ptr<Pairing> pairing;

    void pair(const std::string& address, Duration limit = 10s) {
        pairing = std::make_unique<Pairing>(
            loop, bus, PairingSettings{address, "", limit, 300ms},
            [this](const std::string& sentence) { progress.push_back(sentence); },
            [this](const std::optional<std::string>& failure) {
                result = failure;
                pairing.reset();
            });
    }
    [[nodiscard]] bool done() {
        return until([&] { return result.has_value(); });
    }
    // The clean-up calls have no answer; a condition shows that they arrived.
    [[nodiscard]] bool cleaned_up() {
        return until([&] { return !bluez.agent_registered() && !bluez.discovering(); });
    }
};

TEST_F(PairingOnBus, SearchesPairsAndTrustsAnUnknownSpeaker) {
    bluez.add_speaker({.address = kLeft, .known = false, .paired = false, .trusted = false});
    bluez.start();
    pair(kLeft);
    ASSERT_TRUE(done());
    EXPECT_EQ(*result, std::nullopt) << **result;
    EXPECT_TRUE(bluez.paired(kLeft));
    EXPECT_TRUE(bluez.trusted(kLeft));
    EXPECT_EQ(bluez.discoveries(), 1);
    EXPECT_TRUE(cleaned_up());
    EXPECT_GE(progress.size(), 3U);
}

TEST_F(PairingOnBus, DoesNotSearchForASpeakerBluezKnows) {
    bluez.add_speaker({.address = kLeft, .paired = false, .trusted = false});
    bluez.start();
    pair(kLeft);
    ASSERT_TRUE(done());
    EXPECT_EQ(*result, std::nullopt) << **result;
    EXPECT_TRUE(bluez.trusted(kLeft));
    EXPECT_EQ(bluez.discoveries(), 0);
    EXPECT_TRUE(cleaned_up());
}

TEST_F(PairingOnBus, OnlyTrustsASpeakerThatIsPairedAndConnected) {
    bluez.add_speaker({.address = kLeft, .trusted = false, .connected = true});
    bluez.start();
    pair(kLeft);
    ASSERT_TRUE(done());
    EXPECT_EQ(*result, std::nullopt) << **result;
    EXPECT_TRUE(bluez.trusted(kLeft));
    EXPECT_EQ(bluez.removals(), 0);
}

// bluez#424, #433: BlueZ has a key, and the speaker has forgotten its own.
TEST_F(PairingOnBus, RemovesAnOldPairingAndPairsAgain) {
    bluez.add_speaker({.address = kLeft, .key_forgotten = true});
    bluez.start();
    pair(kLeft);
    ASSERT_TRUE(done());
    EXPECT_EQ(*result, std::nullopt) << **result;
    EXPECT_EQ(bluez.removals(), 1);
    EXPECT_TRUE(bluez.paired(kLeft));
    EXPECT_TRUE(bluez.trusted(kLeft));
    EXPECT_NE(progress.at(0).find("the old pairing is removed"), std::string::npos) << progress[0];
    EXPECT_TRUE(cleaned_up());
}

TEST_F(PairingOnBus, StopsSearchingAndSaysSoWhenTheSpeakerIsNotFound) {
    bluez.start();
    pair("AA:00:00:00:00:99", 300ms);
    ASSERT_TRUE(done());
    ASSERT_TRUE(result->has_value());
    EXPECT_NE((*result)->find("put the speaker in pairing mode"), std::string::npos) << **result;
    EXPECT_EQ(bluez.discoveries(), 1);
    EXPECT_TRUE(cleaned_up());
}

TEST_F(PairingOnBus, SaysThatASpeakerDidNotAnswer) {
    bluez.add_speaker({.address = kLeft, .paired = false, .reachable = false});
    bluez.start();
    pair(kLeft);
    ASSERT_TRUE(done());
    ASSERT_TRUE(result->has_value());
    EXPECT_NE((*result)->find("did not answer"), std::string::npos) << **result;
    EXPECT_TRUE(cleaned_up());
}

TEST_F(PairingOnBus, CleansUpWhenItIsGivenUpInTheMiddle) {
    bluez.start();
    pair("AA:00:00:00:00:99");
    ASSERT_TRUE(until([&] { return bluez.discovering(); }));
    pairing.reset();
    EXPECT_TRUE(cleaned_up());
}

TEST_F(PairingOnBus, SaysThatBluezDoesNotRun) {
    pair(kLeft);
    ASSERT_TRUE(done());
    EXPECT_EQ(**result, "BlueZ is not running: start it with \"sudo systemctl start bluetooth\".");
}

TEST_F(PairingOnBus, SaysThatNoAdapterIsOn) {
    bluez.add_adapter("hci0", "00:00:00:00:00:10", false);
    bluez.start();
    pair(kLeft);
    ASSERT_TRUE(done());
    EXPECT_NE((*result)->find("No Bluetooth adapter"), std::string::npos) << **result;
}

TEST_F(PairingOnBus, RefusesWhatIsNoAddress) {
    bluez.start();
    pair("left speaker");
    ASSERT_TRUE(done());
    EXPECT_NE((*result)->find("no Bluetooth address"), std::string::npos) << **result;
}

}  // namespace
}  // namespace tandem::testing
