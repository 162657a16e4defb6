// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/learned_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds kNoon =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 12h;

LearnedState two_speakers() {
    LearnedState state;
    state.speaker({"AA:BB:CC:DD:EE:FF", "SBC", 8}).reported = LearnedLatency{120ms, kNoon};
    auto& right = state.speaker({"11:22:33:44:55:66", "SBC", 8});
    right.reported = LearnedLatency{210500us, kNoon + 61s};
    right.measured = LearnedLatency{198250us, kNoon - 24h};
    return state;
}

std::string rejection_of(const std::string& text) {
    try {
        (void)parse_learned_state(text);
    } catch (const LearnedStateError& error) {
        return error.what();
    }
    return "accepted";
}

TEST(LearnedState, ReadsBackWhatItWrote) {
    EXPECT_EQ(parse_learned_state(to_toml(two_speakers())), two_speakers());
    EXPECT_EQ(parse_learned_state(to_toml({})), LearnedState{});
    EXPECT_EQ(parse_learned_state(""), LearnedState{});
}

TEST(LearnedState, IsReadableByPeople) {
    const auto text = to_toml(two_speakers());
    EXPECT_THAT(text, HasSubstr("\n[[speaker]]\naddress = \"AA:BB:CC:DD:EE:FF\"\ncodec = \"SBC\"\n"
                                "frames_per_packet = 8\n"
                                "reported_ms = 120.000\nreported_at = 2026-11-22T12:00:00Z\n"));
    EXPECT_THAT(text, HasSubstr("measured_ms = 198.250\nmeasured_at = 2026-11-21T12:00:00Z\n"));
}

TEST(LearnedState, KeepsALatencyForEachCodecOfASpeaker) {
    LearnedState state;
    state.speaker({"AA:BB:CC:DD:EE:FF", "SBC", 8}).reported = LearnedLatency{120ms, kNoon};
    state.speaker({"AA:BB:CC:DD:EE:FF", "AAC", 8}).reported = LearnedLatency{250ms, kNoon};
    const auto read = parse_learned_state(to_toml(state));
    ASSERT_NE(read.find({"AA:BB:CC:DD:EE:FF", "AAC", 8}), nullptr);
    EXPECT_EQ(read.find({"AA:BB:CC:DD:EE:FF", "AAC", 8})->reported->value, 250ms);
    EXPECT_EQ(read.find({"AA:BB:CC:DD:EE:FF", "LDAC", 8}), nullptr);
}

// A speaker that starts with its fifth packet has 107 ms of packets of 8 frames, and 40 ms of 3.
TEST(LearnedState, KeepsALatencyForEachLengthOfPackets) {
    const std::string left = "AA:BB:CC:DD:EE:FF";
    LearnedState state;
    state.speaker({left, "SBC", 8}).measured = LearnedLatency{118ms, kNoon};
    state.speaker({left, "SBC", 8}).reported = LearnedLatency{120ms, kNoon};
    state.speaker({left, "SBC", 3}).reported = LearnedLatency{60ms, kNoon - 1h};
    const auto read = parse_learned_state(to_toml(state));
    EXPECT_EQ(read, state);
    EXPECT_EQ(read.reported({left, "SBC", 8})->value, 120ms);
    EXPECT_EQ(read.reported({left, "SBC", 3})->value, 60ms);
    EXPECT_EQ(read.find({left, "SBC", 3})->measured, std::nullopt);
    EXPECT_EQ(read.reported({left, "SBC", 15})->value, 120ms) << "the newest, better than nothing";
    EXPECT_EQ(read.find({left, "SBC", 15}), nullptr)
        << "what was measured holds for none but these";
    EXPECT_EQ(read.reported({left, "AAC", 8}), std::nullopt);
}

TEST(LearnedState, ReadsWhat010Wrote) {
    const auto state = parse_learned_state(
        "[[speaker]]\naddress = \"AA:BB:CC:DD:EE:FF\"\ncodec = \"SBC\"\n"
        "reported_ms = 120\nreported_at = 2026-11-22T12:00:00Z\n");
    EXPECT_EQ(state.reported({"AA:BB:CC:DD:EE:FF", "SBC", 8})->value, 120ms);
    EXPECT_EQ(parse_learned_state(to_toml(state)), state);
}

TEST(LearnedState, KeepsAVolumeForEachSpeaker) {
    LearnedState state = two_speakers();
    EXPECT_EQ(state.volume("AA:BB:CC:DD:EE:FF"), std::nullopt);
    state.set_volume("AA:BB:CC:DD:EE:FF", 127);
    state.set_volume("11:22:33:44:55:66", 0);
    state.set_volume("AA:BB:CC:DD:EE:FF", 51);
    EXPECT_THAT(to_toml(state),
                HasSubstr("\n[[volume]]\naddress = \"AA:BB:CC:DD:EE:FF\"\nlevel = 51\n"));
    const auto read = parse_learned_state(to_toml(state));
    EXPECT_EQ(read, state);
    EXPECT_EQ(read.volume("AA:BB:CC:DD:EE:FF"), 51);
    EXPECT_EQ(read.volume("11:22:33:44:55:66"), 0);
}

TEST(LearnedState, ReadsADateWithAnotherOffset) {
    const auto state = parse_learned_state(
        "[[speaker]]\naddress = \"aa:bb:cc:dd:ee:ff\"\ncodec = \"SBC\"\n"
        "reported_ms = 120\nreported_at = 2026-11-22T14:30:00+02:30\n");
    ASSERT_NE(state.find({"AA:BB:CC:DD:EE:FF", "SBC"}), nullptr);
    EXPECT_EQ(state.find({"AA:BB:CC:DD:EE:FF", "SBC"})->reported, (LearnedLatency{120ms, kNoon}));
}

TEST(LearnedState, ReadsBackTheFirstAndTheLastMomentAndTheShortestLatency) {
    for (const auto* at : {"0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
        const auto state = parse_learned_state(
            std::string("[[speaker]]\naddress = \"AA:BB:CC:DD:EE:FF\"\ncodec = \"SBC\"\n"
                        "reported_ms = 0.001\nreported_at = ") +
            at + "\n");
        EXPECT_EQ(parse_learned_state(to_toml(state)), state);
    }
}

TEST(LearnedState, WhatANewerVersionKeepsIsLeftOut) {
    auto text = to_toml(two_speakers());
    text += "colour = \"red\"\n\n[room]\nsize = 3\n";
    EXPECT_EQ(parse_learned_state(text), two_speakers());
}

TEST(LearnedState, DamageIsNamedWithItsLine) {
    const std::string good = "[[speaker]]\naddress = \"AA:BB:CC:DD:EE:FF\"\ncodec = \"SBC\"\n";
    EXPECT_THAT(rejection_of("\n\x01\x02"), StartsWith("line 2: "));
    EXPECT_THAT(rejection_of("speaker = 3"), StartsWith("line 1: speaker is no list"));
    EXPECT_THAT(rejection_of("[[speaker]]\ncodec = \"SBC\"\n"), StartsWith("line 1: address is"));
    EXPECT_THAT(rejection_of("[[speaker]]\naddress = \"AA\"\ncodec = \"SBC\"\n"),
                StartsWith("line 1: address is no Bluetooth address"));
    EXPECT_THAT(rejection_of("[[speaker]]\naddress = \"AA:BB:CC:DD:EE:FF\"\ncodec = \"\"\n"),
                HasSubstr("codec is no name"));
    for (const auto* frames : {"0", "16", "-1", "8.0", "\"8\""})
        EXPECT_THAT(rejection_of(good + "frames_per_packet = " + frames + "\n"),
                    StartsWith("line 4: frames_per_packet is no number from 1 to 15"));
    EXPECT_THAT(rejection_of(good + "reported_ms = \"x\"\n"), StartsWith("line 4: reported_ms is"));
    EXPECT_THAT(rejection_of(good + "reported_ms = 120\n"), HasSubstr("has no date reported_at"));
    EXPECT_THAT(rejection_of(good + "measured_ms = nan\nmeasured_at = 2026-11-22T12:00:00Z\n"),
                HasSubstr("measured_ms is no number"));
    for (const auto* ms : {"0", "0.0001", "-1", "1000.5", "inf", "1e300"})
        EXPECT_THAT(
            rejection_of(good + "reported_ms = " + ms + "\nreported_at = 2026-11-22T12:00:00Z\n"),
            StartsWith("line 4: "))
            << ms;
    for (const auto* at : {"0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"})
        EXPECT_THAT(rejection_of(good + "reported_ms = 120\nreported_at = " + at + "\n"),
                    StartsWith("line 5: reported_at is out of range"));
    EXPECT_THAT(rejection_of(good + good), HasSubstr("is there twice"));
    const std::string volume = "[[volume]]\naddress = \"AA:BB:CC:DD:EE:FF\"\n";
    for (const auto* level : {"", "level = -1\n", "level = 128\n", "level = 5.5\n"})
        EXPECT_THAT(rejection_of(volume + level), HasSubstr("level is no number from 0 to 127"));
    EXPECT_THAT(rejection_of(volume + "level = 1\n" + volume + "level = 2\n"),
                HasSubstr("is there twice"));
    EXPECT_THAT(rejection_of("volume = 3"), StartsWith("line 1: volume is no list"));
}

}  // namespace
}  // namespace tandem
