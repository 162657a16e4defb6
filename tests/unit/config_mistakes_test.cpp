// SPDX-License-Identifier: GPL-3.0-or-later
// What a configuration is refused for, and in which words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/parameter_name.hpp"
#include "tandem/config/config.hpp"

namespace tandem {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string mistake_in(const std::string& text) {
    try {
        (void)parse_config(text, "t.toml");
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "accepted";
}

struct Bounds {
    const char* text;  // {} is replaced by the value
    const char* key;
    const char* least;
    const char* below;
    const char* most;
    const char* above;
    friend void PrintTo(const Bounds& value, std::ostream* out) { *out << value.key; }
};

class ConfigBounds : public ::testing::TestWithParam<Bounds> {
  protected:
    static std::string with(std::string text, const std::string& value) {
        return text.replace(text.find("{}"), 2, value);
    }
};

TEST_P(ConfigBounds, AreTakenAndTheNextValueIsRefusedByKey) {
    const auto& [text, key, least, below, most, above] = GetParam();
    EXPECT_EQ(mistake_in(with(text, least)), "accepted");
    EXPECT_EQ(mistake_in(with(text, most)), "accepted");
    for (const auto* beyond : {below, above, "nan"}) {
        EXPECT_THAT(mistake_in(with(text, beyond)),
                    AllOf(StartsWith("t.toml:"), HasSubstr(std::string{key} + ": "),
                          HasSubstr("; write ")));
    }
}

constexpr const char* sink = "[[sink]]\nname='a'\naddress='virtual'\n";
const std::string latency = std::string{sink} + "latency_ms={}";
const std::string trim = std::string{sink} + "trim_ms={}";
const std::string gain = std::string{sink} + "gain_db={}";
const std::string modelled = std::string{sink} + "[sink.virtual]\nlatency_ms={}";
const std::string clock_error = std::string{sink} + "[sink.virtual]\nclock_ppm={}";

INSTANTIATE_TEST_SUITE_P(
    EachNumber, ConfigBounds,
    ::testing::Values(
        Bounds{"[capture]\nrate={}", "capture.rate", "44100", "44099", "48000", "48001"},
        Bounds{"[capture]\nchannels={}", "capture.channels", "1", "0", "2", "3"},
        Bounds{"[capture]\nperiod_frames={}", "capture.period_frames", "64", "63", "1024", "1025"},
        Bounds{"[stream]\nbitpool={}", "stream.bitpool", "2", "1", "250", "251"},
        Bounds{latency.c_str(), "sink.latency_ms", "0", "-0.1", "1000.0", "1000.5"},
        Bounds{trim.c_str(), "sink.trim_ms", "-500", "-500.1", "500", "501"},
        Bounds{gain.c_str(), "sink.gain_db", "-60", "-60.5", "12", "12.5"},
        Bounds{modelled.c_str(), "sink.virtual.latency_ms", "20", "19", "1000", "1001"},
        Bounds{clock_error.c_str(), "sink.virtual.clock_ppm", "-500", "-501", "500", "inf"}),
    [](const auto& info) { return test::parameter_name(info.param.key); });

struct Mistake {
    const char* text;
    const char* expected;  // the beginning of the sentence
    friend void PrintTo(const Mistake& value, std::ostream* out) { *out << value.expected; }
};

class ConfigMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistakes, AreNamedByFileLineKeyAndReason) {
    EXPECT_THAT(mistake_in(GetParam().text), StartsWith(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    OfSyntaxAndKeys, ConfigMistakes,
    ::testing::Values(
        Mistake{"[capture\n", "t.toml:1: syntax: "},
        Mistake{"\n\n[capture]\nrate = = 3", "t.toml:4: syntax: "},
        Mistake{"[capture]\nrate=48000\nrate=44100", "t.toml:3: syntax: "},
        Mistake{"[capture]\n\nrat = 48000",
                "t.toml:3: capture.rat: unknown key; did you mean \"rate\"?"},
        Mistake{"[captur]\n", "t.toml:1: captur: unknown key; did you mean \"capture\"?"},
        Mistake{"rate = 1", "t.toml:1: rate: unknown key; it belongs under [capture]"},
        Mistake{"[sync]\ntrim_ms = 1",
                "t.toml:2: sync.trim_ms: unknown key; it belongs under [[sink]]"},
        Mistake{"[stream]\nxyzzy = 1",
                "t.toml:2: stream.xyzzy: unknown key; known here are profile, bitpool"},
        Mistake{"[[sink]]\nname='a'\naddress='virtual'\nlatency=5",
                "t.toml:4: sink.latency: unknown key; did you mean \"latency_ms\"?"},
        Mistake{"[[sink]]\nname='a'\naddress='virtual'\n[sink.virtual]\nwave='x'",
                "t.toml:5: sink.virtual.wave: unknown key; did you mean \"wav\"?"}),
    [](const auto& info) { return test::parameter_name(info.param.expected); });

INSTANTIATE_TEST_SUITE_P(
    OfType, ConfigMistakes,
    ::testing::Values(
        Mistake{"[capture]\nrate=\"48000\"", "t.toml:2: capture.rate: is text; write a whole"},
        Mistake{"[capture]\nrate=48000.0", "t.toml:2: capture.rate: is a number with a fraction"},
        Mistake{"[capture]\ndevice=1", "t.toml:2: capture.device: is a whole number; write text"},
        Mistake{"[capture]\ndevice=true", "t.toml:2: capture.device: is true or false; "},
        Mistake{"[capture]\ndevice=[]", "t.toml:2: capture.device: is a list; "},
        Mistake{"[capture]\ndevice=1979-05-27", "t.toml:2: capture.device: is a date or time; "},
        Mistake{"capture=3", "t.toml:1: capture: is a whole number; write it as a table"},
        Mistake{"[[capture]]\nrate=48000", "t.toml:1: capture: is a list of tables; "},
        Mistake{"[stream]\nbitpool='max'", "t.toml:2: stream.bitpool: is text; write a whole"},
        Mistake{"[stream]\nprofile=1", "t.toml:2: stream.profile: is a whole number; "},
        Mistake{"[sink]\nname='a'", "t.toml:1: sink: is a table; write one [[sink]]"},
        Mistake{"sink=['a']", "t.toml:1: sink: is a list; write one [[sink]]"},
        Mistake{"[[sink]]\nname='a'\naddress='virtual'\nlatency_ms='fast'",
                "t.toml:4: sink.latency_ms: is text; write a number without quotes, or \"auto\""},
        Mistake{"[[sink]]\nname='a'\naddress='virtual'\nvirtual=1",
                "t.toml:4: sink.virtual: is a whole number; "}),
    [](const auto& info) { return test::parameter_name(info.param.expected); });

INSTANTIATE_TEST_SUITE_P(
    OfValue, ConfigMistakes,
    ::testing::Values(
        Mistake{"[capture]\ndevice=''", "t.toml:2: capture.device: names nothing; "},
        Mistake{"\n[capture]\ndevice='file:'", "t.toml:3: capture.device: names nothing; "},
        Mistake{"[capture]\nrate=46000", "t.toml:2: capture.rate: 46000 is not supported; "},
        Mistake{"[stream]\nprofile='best'",
                "t.toml:2: stream.profile: \"best\" is not one of the choices; write one of "
                "\"low-latency\", \"balanced\", \"robust\""},
        Mistake{"[idle]\nkeep_alive='noise'", "t.toml:2: idle.keep_alive: \"noise\" is not one of"},
        Mistake{"[idle]\nsuspend_after_s=0", "t.toml:2: idle.suspend_after_s: 0 is "},
        Mistake{"[stream]\nvolume='loud'",
                "t.toml:2: stream.volume: \"loud\" is not one of the choices; write one of "
                "\"speaker\", \"fixed\""},
        Mistake{"[stream]\nvolume=50",
                "t.toml:2: stream.volume: says what the speakers' own buttons may do, "
                "\"speaker\" or \"fixed\"; a level is set by \"tandemctl volume 50\""},
        Mistake{"[sync]\nabsent='drop'", "t.toml:2: sync.absent: \"drop\" is not one of"},
        Mistake{"[[sink]]\naddress='virtual'", "t.toml:1: sink.name: is missing; "},
        Mistake{"[[sink]]\nname=''\naddress='virtual'", "t.toml:2: sink.name: must have 1 to 64"},
        Mistake{"[[sink]]\nname=\"a\\nb\"\naddress='virtual'", "t.toml:2: sink.name: must have"},
        Mistake{"\n[[sink]]\nname='a'", "t.toml:2: sink.address: is missing; "},
        Mistake{"[[sink]]\nname='a'\naddress='AA:BB:CC:DD:EE'",
                "t.toml:3: sink.address: \"AA:BB:CC:DD:EE\" is not a Bluetooth address; "},
        Mistake{"[[sink]]\nname='a'\naddress='AA-BB-CC-DD-EE-FF'",
                "t.toml:3: sink.address: \"AA-BB-CC-DD-EE-FF\""},
        Mistake{"[[sink]]\nname='a'\naddress='AA:BB:CC:DD:EE:FG'",
                "t.toml:3: sink.address: \"AA:BB:CC:DD:EE:FG\""},
        Mistake{"[[sink]]\nname='a'\naddress='virtual'\nadapter='hci'",
                "t.toml:4: sink.adapter: \"hci\" is not an adapter; "},
        Mistake{"[[sink]]\nname='a'\naddress='virtual'\nadapter='hci0x'",
                "t.toml:4: sink.adapter: \"hci0x\" is not an adapter; "},
        Mistake{"[[sink]]\nname='a'\naddress='virtual'\nrole='center'",
                "t.toml:4: sink.role: \"center\" is not one of the choices; "},
        Mistake{"[[sink]]\nname='a'\naddress='11:22:33:44:55:66'\n[sink.virtual]",
                "t.toml:4: sink.virtual: is for virtual sinks; "},
        Mistake{"[[sink]]\nname='a'\naddress='virtual'\n[[sink]]\nname='a'\naddress='virtual'",
                "t.toml:5: sink.name: \"a\" is already the name of another [[sink]]; "},
        Mistake{
            "[[sink]]\nname='a'\naddress='11:22:33:44:55:aa'\n"
            "[[sink]]\nname='b'\naddress='11:22:33:44:55:AA'",
            "t.toml:6: sink.address: 11:22:33:44:55:AA is already the address of sink \"a\"; "}),
    [](const auto& info) { return test::parameter_name(info.param.expected); });

TEST(Config, WhatIsQuotedFromTheFileStaysOnOneLine) {
    EXPECT_THAT(mistake_in("[capture]\n\"ra\\nte\" = 1"),
                StartsWith("t.toml:2: capture.ra\\u000Ate: unknown key; did you mean \"rate\"?"));
    EXPECT_THAT(mistake_in("[sync]\nabsent = \"\\u001b[2J\""),
                StartsWith("t.toml:2: sync.absent: \"\\u001B[2J\" is not one of the choices"));
}

TEST(Config, HasFourSinksAtMost) {
    std::string text;
    for (const auto* name : {"a", "b", "c", "d"}) {
        text += std::string{"[[sink]]\naddress='virtual'\nname='"} + name + "'\n";
    }
    EXPECT_EQ(mistake_in(text), "accepted");
    EXPECT_THAT(mistake_in(text + "[[sink]]\naddress='virtual'\nname='e'\n"),
                StartsWith("t.toml:15: sink.name: is one [[sink]] too many; "));
}

}  // namespace
}  // namespace tandem
