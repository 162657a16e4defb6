// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/speaker_volume.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

namespace tandem {
namespace {

using namespace std::chrono_literals;

// A speaker and the bridge in virtual time, with requests that arrive at once.
struct Room {
    SpeakerVolume volume;
    Time now{1000s};
    int stands = 60;    // where the speaker is
    int step = 1;       // it rounds down to multiples of this
    bool deaf = false;  // it takes no requests
    std::vector<int> asked;
    std::vector<Time> asked_at;

    explicit Room(VolumeButtons buttons) { volume.set_buttons(buttons); }
    void let_pass(Duration duration) {
        const Time end = now + duration;
        act();
        while (volume.due() && *volume.due() <= end) {
            now = std::max(now, *volume.due());
            act();
        }
        now = end;
        act();
    }
    void connect() {
        volume.report(stands, now);
        let_pass(10s);
    }
    void disconnect() { volume.report(std::nullopt, now); }
    void press(int level) {
        stands = level;
        volume.report(stands, now);
    }
    void act() {
        while (const auto request = volume.take_request(now)) {
            asked.push_back(*request);
            asked_at.push_back(now);
            ASSERT_LT(asked.size(), 100U) << "they fight";
            if (deaf) continue;
            const int taken = *request / step * step;
            if (std::exchange(stands, taken) != taken) volume.report(taken, now);
        }
    }
};

using Asked = std::vector<int>;

TEST(SpeakerVolume, ConvertsEachPercentThereAndBack) {
    for (int percent = 0; percent <= 100; ++percent)
        EXPECT_EQ(percent_of_volume(volume_of_percent(percent)), percent);
    EXPECT_EQ(volume_of_percent(100), kMostVolume);
    EXPECT_EQ(volume_of_percent(0), 0);
}

TEST(SpeakerVolume, OfAnUnknownSpeakerIsKeptAsItComes) {
    for (const auto buttons : {VolumeButtons::followed, VolumeButtons::undone}) {
        Room room{buttons};
        room.connect();
        EXPECT_EQ(room.asked, Asked{});
        EXPECT_EQ(room.volume.wanted(), 60);
    }
}

TEST(SpeakerVolume, ThatFallsToNothingAsTheSpeakerGoesOffIsNotRemembered) {
    Room room{VolumeButtons::followed};
    room.connect();
    room.press(0);
    room.let_pass(SpeakerVolume::kGoodbye - 1s);
    room.disconnect();
    EXPECT_EQ(room.volume.wanted(), 60);
    room.stands = 0;
    room.connect();
    EXPECT_EQ(room.stands, 60) << "it is turned up again";
}

TEST(SpeakerVolume, ThatAPersonTurnsToNothingIsRemembered) {
    Room pressed{VolumeButtons::followed};
    pressed.connect();
    pressed.press(0);
    pressed.let_pass(SpeakerVolume::kGoodbye);
    pressed.disconnect();
    EXPECT_EQ(pressed.volume.wanted(), 0);

    Room typed{VolumeButtons::followed};
    typed.connect();
    typed.press(0);
    typed.volume.set(0);
    typed.let_pass(1s);
    typed.disconnect();
    EXPECT_EQ(typed.volume.wanted(), 0);
}

TEST(SpeakerVolume, GoesBackToWhatItWasBeforeItFellStepByStep) {
    Room room{VolumeButtons::followed};
    room.connect();
    for (const int level : {40, 20, 0})
        room.press(level);
    room.disconnect();
    EXPECT_EQ(room.volume.wanted(), 60);
}

TEST(SpeakerVolume, IsNeverTakenOverFromASpeakerThatComesWithTheMost) {
    for (const auto buttons : {VolumeButtons::followed, VolumeButtons::undone}) {
        Room room{buttons};
        room.stands = kMostVolume;
        room.connect();
        EXPECT_EQ(room.volume.wanted(), std::nullopt);
        room.press(40);
        room.let_pass(10s);
        EXPECT_EQ(room.volume.wanted(), 40);
        EXPECT_EQ(room.asked, Asked{});
    }
}

TEST(SpeakerVolume, ThatIsRememberedIsRestoredWhateverTheSpeakerComesWith) {
    for (const auto buttons : {VolumeButtons::followed, VolumeButtons::undone}) {
        for (const int at_first : {0, 20, kMostVolume}) {
            Room room{buttons};
            room.volume.remember(45);
            room.stands = at_first;
            room.connect();
            EXPECT_EQ(room.stands, 45);
            EXPECT_EQ(room.asked, Asked{45}) << "once, and never more";
        }
    }
}

TEST(SpeakerVolume, IsRestoredAlsoWhereTheFirstReportWasNotTheSpeakers) {
    Room room{VolumeButtons::followed};
    room.volume.remember(45);
    room.deaf = true;
    room.press(kMostVolume);  // before AVRCP can carry a request
    room.let_pass(500ms);
    room.deaf = false;
    room.press(90);
    room.let_pass(10s);
    EXPECT_EQ(room.stands, 45);
    EXPECT_EQ(room.volume.wanted(), 45);
}

TEST(SpeakerVolume, FollowsItsButtons) {
    Room room{VolumeButtons::followed};
    room.connect();
    for (const int level : {64, 72, 70, kMostVolume, 0}) {
        room.press(level);
        room.let_pass(10ms);
        EXPECT_EQ(room.volume.wanted(), level);
    }
    room.let_pass(1min);
    EXPECT_EQ(room.asked, Asked{});
}

TEST(SpeakerVolume, ComesBackAsTheButtonsLeftIt) {
    Room room{VolumeButtons::followed};
    room.connect();
    room.press(30);
    room.let_pass(10s);
    room.disconnect();
    EXPECT_EQ(room.volume.reported(), std::nullopt);
    room.stands = 100;
    room.connect();
    EXPECT_EQ(room.stands, 30);
}

TEST(SpeakerVolume, ThatIsFixedIsSetBackAfterEachPress) {
    Room room{VolumeButtons::undone};
    room.connect();
    for (const int level : {64, 64, 20, kMostVolume}) {
        room.press(level);
        room.let_pass(10s);
        EXPECT_EQ(room.stands, 60);
    }
    EXPECT_EQ(room.asked, (Asked{60, 60, 60, 60}));
}

TEST(SpeakerVolume, ThatIsFixedIsSetBackAtMostOnceASecond) {
    Room room{VolumeButtons::undone};
    room.connect();
    for (int press = 0; press < 100; ++press) {
        room.press(61 + press % 2);
        room.let_pass(100ms);
    }
    EXPECT_EQ(room.asked.size(), 11U) << "ten seconds, both ends included";
    room.let_pass(2s);
    EXPECT_EQ(room.stands, 60);
}

TEST(SpeakerVolume, ThatTheSpeakerRoundsIsNoReasonToAskAgain) {
    Room room{VolumeButtons::undone};
    room.step = 8;
    room.connect();
    room.volume.set(51);
    room.let_pass(1min);
    EXPECT_EQ(room.stands, 48);
    EXPECT_LE(room.asked.size(), 3U);
    const auto before = room.asked.size();
    room.press(72);
    room.let_pass(1min);
    EXPECT_EQ(room.stands, 48) << "a press is undone all the same";
    EXPECT_LE(room.asked.size(), before + 2);
    EXPECT_EQ(room.volume.wanted(), 51);
}

TEST(SpeakerVolume, IsNotAskedForForEverOfASpeakerThatDoesNotListen) {
    Room room{VolumeButtons::undone};
    room.deaf = true;
    room.connect();
    room.press(80);
    room.let_pass(1h);
    EXPECT_EQ(room.asked, Asked{60});
    room.press(90);
    room.let_pass(1h);
    EXPECT_EQ(room.asked, (Asked{60, 60}));
}

TEST(SpeakerVolume, IsAskedForAtOnceWhenAPersonSetsIt) {
    for (const auto buttons : {VolumeButtons::followed, VolumeButtons::undone}) {
        Room room{buttons};
        room.connect();
        for (const int level : {51, 52, 53, kMostVolume}) {
            room.volume.set(level);
            room.let_pass(10ms);
            EXPECT_EQ(room.stands, level);
        }
        room.let_pass(1min);
        EXPECT_EQ(room.stands, kMostVolume) << "a person may";
        EXPECT_EQ(room.asked.size(), 4U);
    }
}

TEST(SpeakerVolume, ThatIsSetWhileTheSpeakerIsAwayIsThereWhenItComes) {
    Room room{VolumeButtons::followed};
    room.connect();
    room.disconnect();
    room.volume.set(33);
    room.let_pass(1h);
    EXPECT_EQ(room.asked, Asked{});
    EXPECT_EQ(room.volume.level(room.now), 33);
    room.connect();
    EXPECT_EQ(room.stands, 33);
}

TEST(SpeakerVolume, ChangesFromWhatWasAskedForWhileTheAnswerIsUnderWay) {
    Room room{VolumeButtons::followed};
    room.connect();
    room.deaf = true;
    room.volume.set(70);
    room.act();
    EXPECT_EQ(room.volume.level(room.now), 70);
    room.press(68);  // the answer, late and rounded
    EXPECT_EQ(room.volume.level(room.now), 68);
    EXPECT_EQ(room.volume.wanted(), 68);
    room.volume.set(90);
    room.let_pass(2s);
    EXPECT_EQ(room.volume.level(room.now), 68) << "it was not taken";
}

TEST(SpeakerVolume, IsNothingWithoutAReport) {
    Room room{VolumeButtons::undone};
    room.let_pass(1h);
    EXPECT_EQ(room.volume.level(room.now), std::nullopt);
    EXPECT_EQ(room.volume.due(), std::nullopt);
    EXPECT_EQ(room.asked, Asked{});
}

// Whatever a speaker does: requests that nobody typed stay apart, and are for what was set.
TEST(SpeakerVolume, IsAskedForSparinglyOfASpeakerThatDoesAsItLikes) {
    Room room{VolumeButtons::undone};
    room.volume.remember(50);
    std::mt19937 dice{7};
    const auto up_to = [&dice](int most) { return std::uniform_int_distribution{0, most}(dice); };
    for (int event = 0; event < 5000; ++event) {
        room.deaf = up_to(2) == 0;
        room.step = 1 + up_to(8);
        room.press(up_to(kMostVolume));
        room.let_pass(std::chrono::milliseconds{up_to(300)});
        room.asked.resize(std::min<std::size_t>(room.asked.size(), 1));  // act() counts a fight
    }
    EXPECT_EQ(room.asked, Asked{50});
    for (std::size_t i = 1; i < room.asked_at.size(); ++i)
        ASSERT_GE(room.asked_at[i] - room.asked_at[i - 1], SpeakerVolume::kRest);
    EXPECT_GT(room.asked_at.size(), 100U);
}

}  // namespace
}  // namespace tandem
