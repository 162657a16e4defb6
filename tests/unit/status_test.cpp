// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/service/status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace tandem {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

SinkStatus streaming_sink(const std::string& name) {
    SinkStatus sink;
    sink.name = name;
    sink.address = "AA:BB:CC:DD:EE:FF";
    sink.state = "streaming";
    sink.since_s = 11400;
    sink.codec = "SBC 48 kHz joint stereo";
    sink.bitpool = 51;
    sink.frames_per_packet = 6;
    sink.write_mtu = 895;
    sink.latency_ms = 120.25;
    sink.latency_origin = "reported";
    sink.latency_age_s = 240.5;
    sink.delay_ms = 90.5;
    sink.trim_ms = -3;
    sink.gain_db = -6;
    sink.source_latency_ms = 24;
    sink.packets_sent = 5'000'000'000;
    sink.packets_dropped = 7;
    sink.queued = 2;
    sink.frames_shared = 12;
    return sink;
}

BridgeStatus playing() {
    BridgeStatus status;
    status.version = "0.1.0";
    status.summary = "2 of 2 sinks play";
    status.bluetooth = "bluetoothd-missing";
    status.bluetooth_detail = "bluetoothd is not on the bus";
    status.profile = "balanced";
    status.rate_hz = 48000;
    status.realtime = true;
    status.uptime_s = 86400.5;
    status.capture = {"auto", "hw:1,0 USB Audio", "running", "r", "d", -12.5, -13.5, 3, 512};
    status.timeline = {true, "locked", 12.25, 41.5, 3.5, 4'000'000'000'000, 83'333'000'000'000};
    status.sinks = {streaming_sink("left"), streaming_sink("right")};
    return status;
}

TEST(StatusJson, ReadsBackWhatWasWritten) {
    const auto json = to_json(playing());
    const auto read = status_from_json(json);
    EXPECT_EQ(to_json(read), json);
    EXPECT_EQ(read.version, "0.1.0");
    EXPECT_EQ(read.uptime_s, 86400.5);
    EXPECT_EQ(read.capture.frames_lost, 512U);
    EXPECT_TRUE(read.timeline.locked);
    EXPECT_EQ(read.timeline.position, 4'000'000'000'000);
    ASSERT_EQ(read.sinks.size(), 2U);
    EXPECT_EQ(read.sinks[1].name, "right");
    EXPECT_EQ(read.sinks[0].packets_sent, 5'000'000'000U);
    EXPECT_EQ(read.sinks[0].latency_ms, 120.25);
    EXPECT_EQ(read.sinks[0].write_mtu, 895U);
}

TEST(StatusJson, WritesEveryMemberUnderItsName) {
    const auto json = to_json(playing());
    for (const auto* key : {"version",
                            "summary",
                            "bluetooth",
                            "bluetooth_detail",
                            "profile",
                            "rate_hz",
                            "realtime",
                            "uptime_s",
                            "capture",
                            "device",
                            "description",
                            "state",
                            "reason",
                            "detail",
                            "level_left_dbfs",
                            "level_right_dbfs",
                            "xruns",
                            "frames_lost",
                            "timeline",
                            "locked",
                            "rate_ppm",
                            "jitter_us",
                            "lateness_ms",
                            "position",
                            "time_ns",
                            "sinks",
                            "name",
                            "address",
                            "since_s",
                            "codec",
                            "bitpool",
                            "frames_per_packet",
                            "write_mtu",
                            "latency_ms",
                            "latency_origin",
                            "latency_age_s",
                            "delay_ms",
                            "trim_ms",
                            "trim_saved",
                            "gain_db",
                            "guard_ms",
                            "source_latency_ms",
                            "packets_sent",
                            "packets_dropped",
                            "queued",
                            "frames_shared"}) {
        EXPECT_THAT(json, HasSubstr('"' + std::string{key} + "\": ")) << key;
    }
}

TEST(StatusJson, NumberThatIsNotFiniteReadsBackAsDefault) {
    auto status = playing();
    status.timeline.rate_ppm = std::numeric_limits<double>::quiet_NaN();
    status.capture.level_left_dbfs = -std::numeric_limits<double>::infinity();
    const auto read = status_from_json(to_json(status));
    EXPECT_EQ(read.timeline.rate_ppm, 0);
    EXPECT_EQ(read.capture.level_left_dbfs, -120);
}

TEST(StatusJson, AnAgeThatNobodyKnowsIsNull) {
    auto status = playing();
    status.sinks[1].latency_age_s.reset();
    const auto json = to_json(status);
    EXPECT_THAT(json, HasSubstr("\"latency_age_s\": null"));
    const auto read = status_from_json(json);
    EXPECT_EQ(read.sinks[0].latency_age_s, 240.5);
    EXPECT_EQ(read.sinks[1].latency_age_s, std::nullopt);
}

TEST(StatusJson, TextThatIsNoUtf8IsReplaced) {
    auto status = playing();
    status.capture.description = "card \xff";
    EXPECT_EQ(status_from_json(to_json(status)).capture.description, "card \xEF\xBF\xBD");
}

TEST(StatusJson, UnknownMembersOfANewerDaemonAreIgnored) {
    const auto read = status_from_json(R"({"version": "9", "sinks": [{"colour": 3}], "new": {}})");
    EXPECT_EQ(read.version, "9");
    EXPECT_EQ(read.sinks.size(), 1U);
}

TEST(StatusJson, WhatIsNoStatusIsRefused) {
    for (const auto* json :
         {"", "{", "[]", "3", "{}", R"({"version": "1"})", R"({"version": 1, "sinks": []})",
          R"({"version": "1", "sinks": {}})", R"({"version": "1", "sinks": [3]})",
          R"({"version": "1", "sinks": [], "capture": "none"})",
          R"({"version": "1", "sinks": [], "rate_hz": "48000"})"}) {
        EXPECT_THROW((void)status_from_json(json), std::runtime_error) << json;
    }
}

TEST(StatusText, IsAboutTenLinesForTwoSinks) {
    auto status = playing();
    status.bluetooth.clear();
    status.capture.reason.clear();
    const auto text = to_text(status);
    EXPECT_LE(std::ranges::count(text, '\n'), 11) << text;
    EXPECT_THAT(text, EndsWith("All is well: 2 sinks play in step.\n"));
    EXPECT_THAT(text, HasSubstr("SBC 48 kHz joint stereo, bitpool 51"));
    EXPECT_THAT(text, HasSubstr("120.2 ms reported 4 min ago"));
    EXPECT_THAT(text, HasSubstr("90.5 ms (trim -3.0)"));
    EXPECT_THAT(text, HasSubstr("up 24 h 00 min"));
}

TEST(StatusText, ShowsATrimThatIsNotSaved) {
    auto status = playing();
    status.sinks[0].trim_saved = false;
    status.sinks[1].trim_ms = 0;
    status.sinks[1].trim_saved = false;
    const auto text = to_text(status);
    EXPECT_THAT(text, HasSubstr("90.5 ms (trim -3.0, not saved)"));
    EXPECT_THAT(text, HasSubstr("90.5 ms (trim +0.0, not saved)"));
}

TEST(StatusText, ShowsWhyASinkDoesNotPlay) {
    auto status = playing();
    status.sinks[1].state = "failed";
    status.sinks[1].reason = "not-paired";
    status.sinks[1].detail = "right is not paired: run tandemctl pair";
    const auto text = to_text(status);
    EXPECT_THAT(text, HasSubstr("right: not-paired: right is not paired: run tandemctl pair\n"));
    EXPECT_THAT(text, EndsWith("1 of 2 sinks play; the reasons are above.\n"));
}

TEST(StatusText, OfAnIdleServiceSaysWhatToDo) {
    BridgeStatus status;
    status.version = "0.1.0";
    EXPECT_THAT(to_text(status), HasSubstr("name your speakers in /etc/tandem/tandem.toml"));
}

TEST(StatusText, ShowsTroubleOfCaptureAndBluetooth) {
    auto status = playing();
    status.capture.state = "failed";
    status.capture.reason = "card-missing";
    status.capture.detail = "no USB card records: plug one in";
    const auto text = to_text(status);
    EXPECT_THAT(text, HasSubstr("card-missing: no USB card records: plug one in"));
    EXPECT_THAT(text, HasSubstr("bluetoothd-missing: bluetoothd is not on the bus"));
    EXPECT_THAT(text, Not(HasSubstr("All is well")));
}

TEST(StatusText, OfModelledSpeakersAloneIgnoresBluetooth) {
    auto status = playing();
    for (auto& sink : status.sinks)
        sink.address = "virtual";
    EXPECT_THAT(to_text(status), Not(HasSubstr("bluetoothd-missing")));
    status.sinks[0].address = "AA:BB:CC:DD:EE:FF";
    EXPECT_THAT(to_text(status), HasSubstr("bluetoothd-missing"));
}

TEST(StatusText, FitsOnOneLineToo) {
    const auto line = to_line(playing());
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_THAT(line, HasSubstr("; right streaming, delay 90.5 ms, 5000000000 sent, 7 dropped"));
}

TEST(StatusText, ColumnsStandUnderTheirHeads) {
    auto status = playing();
    status.sinks[0].name = "a speaker with a long name";
    const auto text = to_text(status);
    const auto head = text.find("\nSINK");
    ASSERT_NE(head, std::string::npos);
    const auto offset = text.find("STATE", head) - head;
    const auto first = text.find("\na speaker", head);
    const auto second = text.find("\nright", head);
    EXPECT_EQ(text.find("streaming", first) - first, offset) << text;
    EXPECT_EQ(text.find("streaming", second) - second, offset) << text;
}

}  // namespace
}  // namespace tandem
