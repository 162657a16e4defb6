// SPDX-License-Identifier: GPL-3.0-or-later
// Volumes between speakers, BlueZ, the service and its users.
#include <algorithm>

#include "dbus/tandemd_bench.hpp"

namespace tandem::testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

struct VolumeReports : Bench {
    using Volumes = std::vector<std::optional<int>>;
    [[nodiscard]] bool were(const Volumes& expected) {
        return until([&] { return recorder.sinks["left"].volumes == expected; });
    }
};

TEST_F(VolumeReports, ArePassedOnAtEachChangeAndTheEndOfTheConnection) {
    bluez.add_speaker({.address = kLeft, .volume = 60});
    bluez.start();
    start_control();
    ASSERT_TRUE(were({60}));
    bluez.press(kLeft, 70);
    ASSERT_TRUE(were({60, 70}));
    bluez.suspend(kLeft);  // buttons work without a stream too
    bluez.press(kLeft, 80);
    ASSERT_TRUE(were({60, 70, 80}));
    bluez.switch_off(kLeft);
    ASSERT_TRUE(were({60, 70, 80, std::nullopt}));
    ASSERT_TRUE(until([&] { return recorder.streaming("right"); }));
    EXPECT_TRUE(recorder.sinks["right"].volumes.empty()) << "it has no absolute volume";
}

TEST_F(VolumeReports, EndWhereThePropertyIsInvalidated) {
    bluez.add_speaker({.address = kLeft, .volume = 60});
    bluez.start();
    start_control();
    ASSERT_TRUE(until([&] { return !recorder.sinks["left"].volumes.empty(); }));
    bluez.lose_volume(kLeft);
    EXPECT_TRUE(until([&] { return !recorder.sinks["left"].volumes.back().has_value(); }));
}

TEST_F(VolumeReports, AreNotTakenForGrantedWhereBluezRefusesARequest) {
    bluez.add_speaker({.address = kLeft, .volume = 60, .refuses_volume = true});
    bluez.start();
    start_control();
    ASSERT_TRUE(until([&] { return !recorder.sinks["left"].volumes.empty(); }));
    control->set_volume("left", 20);
    EXPECT_TRUE(until(
        [&] { return std::ranges::count(recorder.notes, std::string{"volume-refused"}) == 1; }));
}

TEST_F(VolumeReports, AreWhatTheSpeakerMakesOfARequest) {
    bluez.add_speaker({.address = kLeft, .volume = 64, .volume_step = 8});
    bluez.start();
    start_control();
    ASSERT_TRUE(were({64}));
    control->set_volume("left", 51);
    ASSERT_TRUE(were({64, 48}));
    control->set_volume("right", 51);  // which has none
    control->set_volume("middle", 51);
    ASSERT_TRUE(both_stream());
    EXPECT_THAT(bluez.volumes_asked(kLeft), ElementsAre(51));
    EXPECT_THAT(bluez.volumes_asked(kRight), ElementsAre());
}

struct VolumesOnBus : TandemdOnBus {
    void play(const std::string& extra = {}) {
        bluez.start();
        start(kSpeakers + extra);
        EXPECT_TRUE(logs("left: streaming"));
        EXPECT_TRUE(logs("right: streaming"));
    }
    [[nodiscard]] bool shows(std::size_t index, double percent) {
        for (int look = 0; look < 500; ++look)
            if (sink(index).volume_percent == percent) return true;
        return false;
    }
};

const std::string kFixed = "[stream]\nvolume = \"fixed\"\n";

TEST_F(VolumesOnBus, OfASpeakersButtonsAreFollowedAndShown) {
    bluez.add_speaker({.address = kLeft, .volume = 51});
    bluez.add_speaker({.address = kRight});
    play();
    EXPECT_TRUE(shows(0, 40));
    ASSERT_TRUE(logs("left: volume 40 %"));
    bluez.press(kLeft, 76);
    EXPECT_TRUE(shows(0, 60));
    ASSERT_TRUE(logs("left: volume 60 % (was 40 %)"));
    EXPECT_THAT(ctl({"status"}), HasSubstr(", volume 60 %, lost 0"));
    EXPECT_EQ(ctl({"volume", "left"}), "left: volume 60 %.\n");
    EXPECT_EQ(sink(1).volume_percent, std::nullopt);
    EXPECT_EQ(ctl({"volume", "right"}),
              "right: volume unknown (it has no AVRCP absolute volume).\n");
    EXPECT_THAT(bluez.volumes_asked(kLeft), ElementsAre()) << "nothing is forced";
}

TEST_F(VolumesOnBus, ThatAreFixedAreSetBack) {
    bluez.add_speaker({.address = kLeft, .volume = 51});
    bluez.add_speaker({.address = kRight});
    play(kFixed);
    ASSERT_TRUE(logs("left: volume 40 %"));  // it has settled
    bluez.press(kLeft, 100);
    EXPECT_TRUE(until([&] { return !bluez.volumes_asked(kLeft).empty(); }));
    EXPECT_TRUE(shows(0, 40));
    EXPECT_THAT(bluez.volumes_asked(kLeft), ElementsAre(51));
    EXPECT_EQ(ctl({"volume", "left"}), "left: volume 40 %, fixed.\n");
    folder.write("tandem.toml", kSpeakers);
    ctl({"reload"});
    bluez.press(kLeft, 100);
    EXPECT_TRUE(shows(0, 79));
    EXPECT_THAT(bluez.volumes_asked(kLeft), ElementsAre(51)) << "no longer fixed";
}

TEST_F(VolumesOnBus, OfAllAreSetByOneCommandAndKeepTheirBalance) {
    bluez.add_speaker({.address = kLeft, .volume = 51});
    bluez.add_speaker({.address = kRight, .volume = 102, .volume_step = 5});
    play();
    EXPECT_TRUE(shows(0, 40));
    EXPECT_TRUE(shows(1, 79));
    EXPECT_EQ(ctl({"volume", "+5"}),
              "left: volume 45 % (was 40 %).\nright: volume 84 % (was 79 %).\n");
    EXPECT_TRUE(shows(0, 45));
    EXPECT_TRUE(shows(1, 83)) << "as near as it can";
    EXPECT_EQ(ctl({"volume", "+50"}),
              "left: volume 62 % (was 45 %).\nright: volume 100 % (was 83 %).\n");
    EXPECT_EQ(ctl({"volume", "30"}).substr(0, 18), "left: volume 30 % ");
    EXPECT_TRUE(shows(0, 30));
    EXPECT_TRUE(shows(1, 28));
    EXPECT_EQ(ctl({"volume", "right", "-8"}), "right: volume 20 % (was 28 %).\n");
    EXPECT_TRUE(shows(0, 30));
    EXPECT_EQ(ctl({"volume"}), "left: volume 30 %.\nright: volume 20 %.\n");
}

TEST_F(VolumesOnBus, AreAskedForOnceAlsoOfASpeakerThatAnswersLate) {
    bluez.add_speaker({.address = kLeft, .volume = 51, .answers_volume = false});
    bluez.add_speaker({.address = kRight});
    play();
    EXPECT_TRUE(shows(0, 40));
    EXPECT_THAT(ctl({"volume", "left", "60"}), StartsWith("left: volume 60 % (was 40 %)"));
    EXPECT_TRUE(until([&] { return !bluez.volumes_asked(kLeft).empty(); }));
    EXPECT_EQ(sink(0).volume_percent, 40) << "it has not said so";
    bluez.answer_volume(kLeft);
    EXPECT_TRUE(shows(0, 60));
    // Once a second as long as it may not hear yet: where programs are slow, that is often.
    EXPECT_THAT(bluez.volumes_asked(kLeft), AllOf(Each(76), SizeIs(Le(std::size_t{kSlowness}))));
}

TEST_F(VolumesOnBus, AreRestoredAfterARestartAndNeverJumpToTheMost) {
    bluez.add_speaker({.address = kLeft, .volume = 51});
    bluez.add_speaker({.address = kRight, .volume = 127});
    play();
    EXPECT_TRUE(shows(0, 40));
    EXPECT_TRUE(shows(1, 100));
    ASSERT_TRUE(logs("left: volume 40 %"));
    EXPECT_EQ(stop(), 0);
    EXPECT_THAT(folder.read("state.toml"),
                HasSubstr("[[volume]]\naddress = \"" + kLeft + "\"\nlevel = 51\n"));
    EXPECT_THAT(folder.read("state.toml"), Not(HasSubstr(kRight))) << "nobody has set that";

    bluez.press(kLeft, 127);  // as a speaker comes back from its charger
    start();
    ASSERT_TRUE(logs("left: streaming"));
    EXPECT_TRUE(shows(0, 40));
    EXPECT_TRUE(shows(1, 100));
    EXPECT_THAT(bluez.volumes_asked(kLeft), ElementsAre(51));
    EXPECT_THAT(bluez.volumes_asked(kRight), ElementsAre());
}

TEST_F(VolumesOnBus, ThatCannotBeSetAreRefusedWithTheReason) {
    bluez.add_speaker({.address = kLeft, .volume = 51});
    bluez.add_speaker({.address = kRight});
    play();
    EXPECT_TRUE(shows(0, 40));
    EXPECT_THAT(ctl({"volume", "right", "40"}, 1),
                HasSubstr("\"right\" tells no volume that could be set"));
    EXPECT_THAT(ctl({"volume", "101"}, 1), HasSubstr("it goes from 0 to 100 %"));
    EXPECT_THAT(ctl({"volume", "middle", "40"}, 1), HasSubstr("There is no sink \"middle\""));
    EXPECT_THAT(ctl({"volume", "left", "loud"}, 2), HasSubstr("is not a percentage"));
    EXPECT_THAT(ctl({"volume", "4.5"}, 2), HasSubstr("is not a percentage"));
    EXPECT_EQ(ctl({"volume", "50"}),
              "left: volume 50 % (was 40 %).\n"
              "right: volume unknown (it has no AVRCP absolute volume).\n");
}

TEST_F(VolumesOnBus, OfSpeakersWithoutAnyAreRefusedForAll) {
    bluez.add_speaker({.address = kLeft});
    bluez.add_speaker({.address = kRight});
    play();
    EXPECT_THAT(ctl({"volume", "40"}, 1), HasSubstr("No speaker tells a volume that could be set"));
}

TEST_F(VolumesOnBus, AreAPropertyThatTellsOfItsChanges) {
    bluez.add_speaker({.address = kLeft, .volume = 51});
    bluez.add_speaker({.address = kRight});
    std::vector<std::pair<std::string, int>> told;
    const auto watched = bus.subscribe(
        {kBridgeName, kBridgePath, std::string(kPropertiesInterface), "PropertiesChanged"},
        [&told](const BusSignal& signal) {
            const Value* volumes = signal.arguments[1].find("Volumes");
            if (volumes == nullptr) return;
            for (const auto& [sink, percent] : volumes->entries())
                told.emplace_back(sink.text(), *percent.as<std::int32_t>());
        });
    play();
    const auto was_told = [&](int percent) {
        return until([&] {
            return !told.empty() && told.back() == std::pair(std::string("left"), percent);
        });
    };
    EXPECT_TRUE(was_told(40));
    bluez.press(kLeft, 76);
    EXPECT_TRUE(was_told(60));
}

}  // namespace
}  // namespace tandem::testing
