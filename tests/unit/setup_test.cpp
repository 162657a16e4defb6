// SPDX-License-Identifier: GPL-3.0-or-later
// The guided start, with a person and a machine that exist only here.
#include "tandem/setup/setup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>

#include "tandem/service/config.hpp"
#include "tandem/setup/words.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kA = "AA:00:00:00:00:0A";
const std::string kB = "AA:00:00:00:00:0B";

// A machine with a card and two speakers. Sinks play as soon as the service has them, unless they
// are deaf.
struct FakeMachine final : SetupWork {
    std::vector<HeardCard> cards{
        {{"Device", "USB Audio", "USB-Audio", 0}, {.device = "hw:CARD=Device,DEV=0"}, {}, ""}};
    std::vector<FoundSpeaker> in_pairing_mode{{kA, "Shelf", -50, false}, {kB, "Desk", -60, false}};
    std::map<std::string, int> pairing_failures;  // that come first, by address
    std::set<std::string> paired;
    std::set<std::string> deaf;
    std::optional<std::string> file = "# mine\n";
    std::optional<Config> running;
    std::vector<std::string> tones;
    std::map<std::string, Duration> trims;
    std::map<std::string, Duration> saved;
    int clicks = 0;
    bool searching = false;
    bool ignoring = false;
    bool cannot_start_again = false;
    std::optional<int> interrupt_at;  // the call that Ctrl-C comes in, counted
    int calls = 0;
    Time time{1h};

    void called() {
        if (!ignoring && interrupt_at && ++calls >= *interrupt_at) throw SetupInterrupted();
    }
    std::vector<HeardCard> listen() override {
        called();
        return cards;
    }
    void stop_listening() override {}
    CaptureSettings settings_for(const std::string& device) override {
        called();
        if (device == "none") throw CaptureError("card-missing", "there is no such card");
        return {.device = device};
    }
    std::vector<FoundSpeaker> search() override {
        called();
        searching = true;
        return in_pairing_mode;
    }
    void stop_searching() override { searching = false; }
    PairOutcome pair(const std::string& address) override {
        called();
        EXPECT_FALSE(searching) << "paging during a search is slow";
        if (pairing_failures[address]-- > 0) return {"It did not answer."};
        return {"", !paired.insert(address).second};
    }
    void unpair(const std::string& address) override { paired.erase(address); }
    std::optional<std::string> read_config() override { return file; }
    void write_config(const std::optional<std::string>& text) override {
        called();
        file = text;
    }
    std::string config_file() const override { return "t.toml"; }
    void start_service() override {
        called();
        if (running && cannot_start_again) throw SetupError("it does not start");
        running = parse_config(file.value_or(""), "t.toml");
    }
    BridgeStatus status() override {
        called();
        BridgeStatus status;
        for (const auto& config : running->sinks) {
            auto& sink = status.sinks.emplace_back();
            sink.name = config.name;
            sink.state = deaf.contains(config.address) ? "absent" : "streaming";
            sink.detail = deaf.contains(config.address) ? "it is switched off" : "";
            sink.trim_ms = to_ms(trims[config.name]);
        }
        return status;
    }
    void identify(const std::string& sink) override {
        called();
        for (const auto& config : running->sinks)
            if (config.name == sink) tones.push_back(config.address);
    }
    void click(int count) override {
        called();
        clicks += count;
    }
    TrimChange adjust_trim(const std::string& sink, Duration by) override {
        called();
        const auto before = trims[sink];
        return {before, trims[sink] += by};
    }
    void save_trim(const std::string& sink, Duration trim) override {
        called();
        saved[sink] = trim;
    }
    void pause(Duration length) override {
        called();
        time += length;
    }
    Time now() const override { return time; }
    void ignore_interrupts() override { ignoring = true; }
};

// Says what is on its lists; without anything left it leaves by Ctrl-C.
struct FakePerson final : SetupScreen {
    explicit FakePerson(FakeMachine& machine) : machine(machine) {}
    FakeMachine& machine;
    std::deque<std::size_t> choices;
    std::deque<char> answers;
    std::deque<Key> keys;
    std::vector<std::string> seen;  // lines, questions and rows

    void say(const std::string& line) override { seen.push_back(line); }
    std::size_t choose(const std::string& question,
                       const std::function<std::vector<Row>()>& rows) override {
        seen.push_back(question);
        const auto shown = rows();
        for (const auto& row : shown)
            seen.push_back((row.can_be_chosen ? "+ " : "- ") + row.text);
        const auto choice = next(choices);
        EXPECT_TRUE(shown.at(choice).can_be_chosen);
        return choice;
    }
    char ask(const std::string& question, std::string_view allowed) override {
        seen.push_back(question);
        const char answer = next(answers);
        EXPECT_NE(allowed.find(answer), std::string_view::npos) << question;
        return answer;
    }
    Key show_and_wait(const std::string& line, Duration limit) override {
        seen.push_back(line);
        const Key key = next(keys);
        if (key == Key::none) machine.time += limit;
        return key;
    }
    template <typename Answer>
    static Answer next(std::deque<Answer>& list) {
        if (list.empty()) throw SetupInterrupted();
        const Answer answer = list.front();
        list.pop_front();
        return answer;
    }
};

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
    try {
        set_up();
        FAIL() << "there are three";
    } catch (const SetupError& error) {
        EXPECT_THAT(error.what(), StartsWith("There are 3 speakers in pairing mode"));
        EXPECT_THAT(error.what(), HasSubstr("Phone"));
    }
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
    try {
        set_up();
        FAIL() << "one is deaf";
    } catch (const SetupError& error) {
        EXPECT_THAT(error.what(), HasSubstr("right: it is switched off"));
    }
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
    EXPECT_EQ(person.seen.back(), "Not everything could be put back: it does not start");
    EXPECT_EQ(machine.file, "# mine\n");
    EXPECT_TRUE(machine.paired.empty());
}

TEST_F(Setup, FileThatIsWrongIsNamedBeforeAnythingIsAsked) {
    machine.file = "[capture]\nrate = 3\n";
    EXPECT_THROW(set_up(), ConfigError);
    EXPECT_TRUE(person.seen.empty());
    EXPECT_TRUE(machine.paired.empty());
}

TEST(SetupWords, NamesOfStrangersAreOnePrintableLine) {
    EXPECT_EQ(row_of(FoundSpeaker{kA, "Evil\x1b[2J\n\x7f", -52, false}),
              kA + "  -52 dBm (near)  Evil?[2J??");
    EXPECT_EQ(row_of(FoundSpeaker{kA, "", std::nullopt, true}),
              kA + "  signal unknown  (no name yet), paired");
    EXPECT_EQ(name_of(FoundSpeaker{kA, std::string(39, 'x') + "\u00e9\u00e9", -52, false}),
              std::string(39, 'x'))
        << "no half of a letter";
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
