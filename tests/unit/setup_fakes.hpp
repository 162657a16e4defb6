// SPDX-License-Identifier: GPL-3.0-or-later
// For the guided start: a person and a machine that exist only here.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/config/config.hpp"
#include "tandem/setup/setup.hpp"

namespace tandem::test {

using namespace std::chrono_literals;

inline const std::string kA = "AA:00:00:00:00:0A";
inline const std::string kB = "AA:00:00:00:00:0B";

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
    std::optional<std::string> known;            // of the file, to who sets up
    std::optional<std::string> edit_meanwhile;   // that the person makes while a speaker is paired
    std::optional<std::string> edit_afterwards;  // while a tone plays
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
        if (device == "none")
            throw CaptureError(CaptureReason::card_missing, "there is no such card");
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
        if (edit_meanwhile) file = *edit_meanwhile;
        if (pairing_failures[address]-- > 0) return {"It did not answer."};
        return {"", !paired.insert(address).second};
    }
    void unpair(const std::string& address) override { paired.erase(address); }
    std::optional<std::string> read_config() override { return known = file; }
    void write_config(const std::optional<std::string>& text) override {
        called();
        if (file != known) throw SetupError("t.toml was changed meanwhile");
        known = file = text;
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
        if (edit_afterwards) file = *edit_afterwards;
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

}  // namespace tandem::test
