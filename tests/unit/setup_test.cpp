// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/setup/setup.hpp"

#include <gmock/gmock.h>

#include "tandem/setup/words.hpp"
#include "unit/setup_fakes.hpp"

namespace tandem {
namespace {

using namespace test;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Setup : ::testing::Test {
    FakeMachine machine;
    FakePerson person{machine};
    SetupOptions options;

    void answer_all() {
        person.choices = {0, 0, 1};
        person.answers = {'l'};
        person.keys = {Key::enter};
    }
    void set_up() { tandem::set_up(options, person, machine); }
    // What a start that has to fail says.
    std::string failure() {
        try {
            set_up();
        } catch (const SetupError& error) {
            return error.what();
        }
        return "nothing: it went well";
    }
    std::vector<SinkConfig> sinks() { return parse_config(machine.file.value_or(""), "").sinks; }
};

TEST_F(Setup, LeadsFromACardAndTwoSpeakersToAConfigurationThatIsInForce) {
    answer_all();
    set_up();
    ASSERT_EQ(sinks().size(), 2U);
    EXPECT_EQ(sinks()[0].name, "left");
    EXPECT_EQ(sinks()[0].address, kA);
    EXPECT_EQ(sinks()[1].address, kB);
    EXPECT_EQ(machine.running->capture.device, "hw:CARD=Device,DEV=0");
    EXPECT_THAT(*machine.file, StartsWith("# mine\n"));
    EXPECT_THAT(machine.paired, ElementsAre(kA, kB));
    EXPECT_THAT(machine.tones, ElementsAre(kA));
    EXPECT_FALSE(machine.searching);
}

TEST_F(Setup, SpeakersChangePlacesWhenTheToneSaysSo) {
    answer_all();
    person.answers = {'a', 'r'};
    set_up();
    EXPECT_THAT(machine.tones, ElementsAre(kA, kA, kB)) << "again, and then where left is";
    EXPECT_EQ(sinks()[0].name, "left");
    EXPECT_EQ(sinks()[0].address, kB);
    EXPECT_EQ(machine.running->sinks[0].address, kB);
}

TEST_F(Setup, OneSpeakerIsNotChosenTwice) {
    answer_all();
    set_up();
    EXPECT_THAT(person.seen, ::testing::Contains(StartsWith("- " + kA)));
    EXPECT_THAT(person.seen, ::testing::Contains(HasSubstr("Shelf (chosen)")));
}

TEST_F(Setup, ArrowsTrimByEarWhileClicksPlayAndEnterSaves) {
    answer_all();
    person.keys = {Key::right, Key::right, Key::other, Key::none, Key::up, Key::left, Key::enter};
    set_up();
    EXPECT_EQ(machine.trims["right"], 1250us);
    EXPECT_EQ(machine.saved, (std::map<std::string, Duration>{{"right", 1250us}}));
    EXPECT_EQ(machine.clicks, 20) << "they go on as long as one listens";
    EXPECT_THAT(person.seen, ::testing::Contains(StartsWith("right: 1.25 ms later")));
}

TEST_F(Setup, TrimThatDidNotChangeIsNotSaved) {
    answer_all();
    set_up();
    EXPECT_TRUE(machine.saved.empty());
}

TEST_F(Setup, PairingThatFailsSaysWhatToPressAndTriesAgain) {
    answer_all();
    machine.pairing_failures[kB] = 2;
    person.answers = {'\n', '\n', 'l'};
    set_up();
    EXPECT_TRUE(machine.paired.contains(kB));
    EXPECT_THAT(person.seen, ::testing::Contains(HasSubstr("Hold its Bluetooth button")));
}

TEST_F(Setup, WithYesItAsksNothingAndTakesWhatIsNamed) {
    options = {"hw:1,0", {{"shelf", kA}, {"desk", kB}}, true};
    machine.pairing_failures[kA] = 2;
    set_up();
    EXPECT_EQ(machine.running->capture.device, "hw:1,0");
    ASSERT_EQ(sinks().size(), 2U);
    EXPECT_EQ(sinks()[1].name, "desk");
    EXPECT_EQ(machine.clicks, 0);
    EXPECT_TRUE(machine.tones.empty());
}

TEST_F(Setup, WithYesAloneItTakesTheUsbCardAndTheOnlyTwoSpeakers) {
    options.yes = true;
    set_up();
    EXPECT_EQ(machine.running->capture.device, "hw:CARD=Device,DEV=0");
    EXPECT_EQ(sinks()[0].address, kA);
    machine.in_pairing_mode.push_back({"AA:00:00:00:00:0C", "Phone", -40, false});
    const auto before = machine.file;
    EXPECT_THAT(failure(),
                AllOf(StartsWith("There are 3 speakers in pairing mode"), HasSubstr("Phone")));
    EXPECT_EQ(machine.file, before);
}

TEST_F(Setup, WithYesPairingThatFailsThreeTimesPutsEverythingBack) {
    options = {"hw:1,0", {{"left", kA}, {"right", kB}}, true};
    machine.pairing_failures[kB] = 3;
    EXPECT_THROW(set_up(), SetupError);
    EXPECT_TRUE(machine.paired.empty());
    EXPECT_EQ(machine.file, "# mine\n");
    EXPECT_FALSE(machine.running);
}

TEST_F(Setup, WithYesSpeakersThatStaySilentPutEverythingBack) {
    options = {"hw:1,0", {{"left", kA}, {"right", kB}}, true};
    machine.deaf = {kB};
    machine.paired = {kA};
    const Time begin = machine.time;
    EXPECT_THAT(failure(), HasSubstr("right: it is switched off"));
    EXPECT_EQ(machine.time - begin, 1min);
    EXPECT_EQ(machine.file, "# mine\n");
    EXPECT_TRUE(machine.running->sinks.empty()) << "the old configuration is in force";
    EXPECT_THAT(machine.paired, ElementsAre(kA)) << "what was paired before still is";
}

TEST_F(Setup, CtrlCAtAnyPointLeavesTheOldState) {
    for (const std::optional<std::string>& before :
         {std::optional<std::string>{"# mine\n"}, std::optional<std::string>{}}) {
        int at = 0;
        bool finished = false;
        while (!finished) {
            machine = FakeMachine();
            machine.file = before;
            machine.interrupt_at = ++at;
            person.seen.clear();
            answer_all();
            person.answers = {'r'};
            person.keys = {Key::right, Key::none, Key::enter};
            try {
                set_up();
                finished = true;
            } catch (const SetupInterrupted&) {
                EXPECT_EQ(machine.file, before) << at;
                EXPECT_TRUE(machine.paired.empty()) << at;
                EXPECT_FALSE(machine.searching) << at;
                if (machine.running) {
                    EXPECT_TRUE(machine.running->sinks.empty()) << at;
                }
            }
            ASSERT_LT(at, 100);
        }
        EXPECT_GT(at, 15) << "it did come in between";
    }
}

TEST_F(Setup, WhatCannotBePutBackIsToldAndTheRestIsPutBackAllTheSame) {
    answer_all();
    person.answers = {'l'};
    person.keys = {Key::quit};
    machine.cannot_start_again = true;
    EXPECT_THROW(set_up(), SetupInterrupted);
    EXPECT_EQ(person.seen.back(), "Not everything could be undone: it does not start");
    EXPECT_EQ(machine.file, "# mine\n");
    EXPECT_TRUE(machine.paired.empty());
}

TEST_F(Setup, AnEditMadeWhileSpeakersArePairedIsKept) {
    answer_all();
    machine.edit_meanwhile = "# mine\n[stream]\nprofile = \"robust\"\n";
    set_up();
    EXPECT_THAT(*machine.file, HasSubstr("[stream]\nprofile = \"robust\"\n"));
    EXPECT_EQ(sinks().size(), 2U);
}

TEST_F(Setup, CtrlCTakesBackNoEditOfSomebodyElse) {
    answer_all();
    person.answers = {};  // the person leaves when the tone plays
    machine.edit_afterwards = "# edited\n";
    EXPECT_THROW(set_up(), SetupInterrupted);
    EXPECT_EQ(machine.file, "# edited\n");
    EXPECT_THAT(person.seen, ::testing::Contains(HasSubstr("t.toml was changed meanwhile")));
}

TEST_F(Setup, AnEditBetweenItsOwnTwoWritesIsNotWrittenOver) {
    answer_all();
    person.answers = {'r'};
    machine.edit_afterwards = "# edited\n";
    EXPECT_EQ(failure(), "t.toml was changed meanwhile");
    EXPECT_EQ(machine.file, "# edited\n");
}

TEST_F(Setup, FileThatIsWrongIsNamedBeforeAnythingIsAsked) {
    machine.file = "[capture]\nrate = 3\n";
    EXPECT_THROW(set_up(), ConfigError);
    EXPECT_TRUE(person.seen.empty());
    EXPECT_TRUE(machine.paired.empty());
}

TEST(SetupWords, NamesOfStrangersAreOnePrintableLine) {
    EXPECT_EQ(row_of(FoundSpeaker{kA, "Evil\x1b[2J\n\u009B\u202E", -52, false}),
              kA + "  -52 dBm (near)  Evil?[2J ??");
    EXPECT_EQ(row_of(FoundSpeaker{kA, "", std::nullopt, true}),
              kA + "  signal unknown  (no name yet), paired");
    EXPECT_EQ(name_of(FoundSpeaker{kA, std::string(40, 'x') + "\u00e9", -52, false}),
              std::string(37, 'x') + "...");
}

TEST(SetupWords, LevelBarIsEmptyBelow60AndFullAt0) {
    Levels levels;
    EXPECT_EQ(level_bar(levels), "[--------------------]   silent");
    levels.right.peak_dbfs = -30;
    EXPECT_EQ(level_bar(levels), "[##########----------]  -30 dBFS");
    levels.left.peak_dbfs = 0;
    EXPECT_EQ(level_bar(levels), "[####################]    0 dBFS");
}

}  // namespace
}  // namespace tandem
