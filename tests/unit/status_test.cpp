// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/status/status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "fakes/playing_status.hpp"
#include "tandem/status/status_text.hpp"

namespace tandem {
namespace {

using test::playing;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

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

TEST(StatusText, SaysOfALatencySinceWhenAndWhyItIsNotCertain) {
    auto status = playing();
    status.sinks[0].doubtful_s = 200;
    status.sinks[0].doubt = "0.4 s without air";
    const auto text = to_text(status_from_json(to_json(status)));
    EXPECT_THAT(text, HasSubstr("latency 120.2 ms (reported 4 min ago; not certain for 3 min: "
                                "0.4 s without air)"));
    EXPECT_THAT(text, HasSubstr("\nskew     0.06 ms, but when left is heard is not certain, see "
                                "above\n"));
    EXPECT_THAT(text, Not(HasSubstr("in step\n")));
}

TEST(StatusText, SaysWhenAReleasedSinkIsTakenBack) {
    auto status = playing();
    status.sinks[0].state = "suspended";
    status.sinks[0].reason = ReasonCode::released;
    status.sinks[0].detail = "It is released";
    EXPECT_THAT(to_text(status), HasSubstr("released: It is released\n"));
    status.sinks[0].released_s = 3540;
    EXPECT_THAT(to_text(status_from_json(to_json(status))),
                HasSubstr("released: It is released (in 59 min by itself)\n"));
}

TEST(StatusText, NamesAllSinksOfWhichNothingIsKnown) {
    auto status = playing();
    status.sinks.push_back(status.sinks[1]);
    status.sinks[2].name = "kitchen";
    for (auto& sink : status.sinks)
        sink.latency_origin = "default";
    EXPECT_THAT(skew_of(status), HasSubstr("the latency of left, right and kitchen is only"));
}

TEST(StatusJson, TextThatIsNoUtf8IsReplaced) {
    auto status = playing();
    status.capture.description = "card \xff";
    EXPECT_EQ(status_from_json(to_json(status)).capture.description, "card \xEF\xBF\xBD");
}

TEST(StatusJson, WhatACardSaysDoesNothingToATerminal) {
    BridgeStatus status;
    status.capture.device = "hw:\x1b[2J";
    status.capture.description = "\u202ecard";
    status.capture.detail = "one\ntwo";
    const auto read = status_from_json(to_json(status));
    EXPECT_EQ(read.capture.device, "hw:?[2J");
    EXPECT_EQ(read.capture.description, "?card");
    EXPECT_EQ(read.capture.detail, "one two");
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

TEST(StatusText, ShowsAVolumeOrThatThereIsNone) {
    auto status = playing();
    status.sinks[1].volume_percent.reset();
    const auto text = to_text(status);
    EXPECT_THAT(text, HasSubstr(", volume 40 %, lost 0"));
    EXPECT_THAT(text, HasSubstr(", volume by its buttons only, lost 0"));
    status.sinks[1].since_s = 3;  // AVRCP comes after the stream
    EXPECT_THAT(to_text(status), Not(HasSubstr("by its buttons only")));
    status.sinks[1].since_s = 60;
    status.sinks[1].address = "virtual";
    EXPECT_THAT(to_text(status), Not(HasSubstr("by its buttons only")));
}

TEST(StatusText, IsTenLinesForTwoSinksThatPlay) {
    const auto text = to_text(playing());
    EXPECT_EQ(std::ranges::count(text, '\n'), 10) << text;
    EXPECT_THAT(text, HasSubstr("up 24 h 00 min: 2 of 2 sinks play\n"));
    EXPECT_THAT(text, HasSubstr("\ninput    hw:1,0 USB Audio: running\n"
                                "         level -12.5 / -13.5 dBFS, sound now, no clipping, no "
                                "hum; 3 xruns\n"));
    EXPECT_THAT(text,
                HasSubstr("\nleft     streaming for 3 h 10 min, SBC 48 kHz joint stereo, "
                          "bitpool 51, signal -3 dB, link 100 %\n"
                          "         latency 120.2 ms (reported 4 min ago), delay 90.5 ms "
                          "(trim -3.0), gain -6.0 dB, volume 40 %, lost 0 in the last minute, 7 in "
                          "all\n"));
    EXPECT_THAT(text,
                HasSubstr("\nskew     0.06 ms, if the speakers' latencies above are right\n"));
    EXPECT_THAT(text, EndsWith("\nAll is well: 2 sinks are playing in step.\n"));
}

TEST(StatusText, HasColoursOnlyWhereTheyAreAskedFor) {
    auto status = playing();
    status.sinks[1].state = "failed";
    EXPECT_THAT(to_text(status), Not(HasSubstr("\x1b")));
    const auto text = to_text(status, Colours::on);
    EXPECT_THAT(text, HasSubstr("\x1b[32mstreaming for 3 h 10 min\x1b[0m"));
    EXPECT_THAT(text, HasSubstr("\x1b[31mfailed for 3 h 10 min\x1b[0m"));
}

TEST(StatusText, ShowsWhatWasSetByHand) {
    auto status = playing();
    status.sinks[0].trim_saved = false;
    status.sinks[0].muted = true;
    status.sinks[1].trim_ms = 0;
    status.sinks[1].trim_saved = false;
    status.sinks[1].gain_saved = false;
    const auto text = to_text(status);
    EXPECT_THAT(text, HasSubstr("90.5 ms (trim -3.0, not saved), MUTED"));
    EXPECT_THAT(text, HasSubstr("90.5 ms (trim +0.0, not saved), gain -6.0 dB (not saved)"));
}

TEST(StatusText, SaysWhoseLatencyIsOnlyAssumed) {
    auto status = playing();
    status.sinks[1].latency_origin = "default";
    EXPECT_THAT(to_text(status),
                HasSubstr("0.06 ms, but the latency of right is only assumed: trim by ear\n"));
    status.skew_ms.reset();
    EXPECT_THAT(to_text(status), Not(HasSubstr("skew")));
}

TEST(StatusText, ShowsWhyASinkDoesNotPlay) {
    auto status = playing();
    status.sinks[1].state = "failed";
    status.sinks[1].reason = ReasonCode::not_paired;
    status.sinks[1].detail = "right is not paired: run tandemctl pair";
    const auto text = to_text(status);
    EXPECT_THAT(text, HasSubstr("  not-paired: right is not paired: run tandemctl pair\n"));
    EXPECT_THAT(text, EndsWith("1 of 2 sinks are playing; the reasons are above.\n"));
}

TEST(StatusText, ShowsTroubleOfCaptureAndBluetooth) {
    auto status = playing();
    status.bluetooth = "bluetooth-missing";
    status.bluetooth_detail = "bluetoothd is not on the bus";
    status.capture.state = "failed";
    status.capture.reason = "card-missing";
    status.capture.detail = "no USB card records: plug one in";
    const auto text = to_text(status);
    EXPECT_THAT(text, HasSubstr("card-missing: no USB card records: plug one in"));
    EXPECT_THAT(text, HasSubstr("bluetooth-missing: bluetoothd is not on the bus"));
    EXPECT_THAT(text, Not(HasSubstr("All is well")));
}

TEST(StatusText, OfModelledSpeakersAloneIgnoresBluetooth) {
    auto status = playing();
    status.bluetooth = "bluetooth-missing";
    for (auto& sink : status.sinks)
        sink.address = "virtual";
    EXPECT_THAT(to_text(status), Not(HasSubstr("bluetooth-missing")));
    status.sinks[0].address = "AA:BB:CC:DD:EE:FF";
    EXPECT_THAT(to_text(status), HasSubstr("bluetooth-missing"));
}

TEST(StatusText, FitsOnOneLineToo) {
    const auto line = to_line(playing());
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_THAT(line, HasSubstr("; right streaming, delay 90.5 ms, 5000000000 sent, 7 dropped"));
}

TEST(StatusText, WhatIsSaidOfTheSinksStandsInOneColumn) {
    auto status = playing();
    status.sinks[0].name = "a speaker with a long name";
    const auto text = to_text(status);
    const auto first = text.find("\na speaker");
    const auto second = text.find("\nright");
    EXPECT_EQ(text.find("streaming", first) - first, text.find("streaming", second) - second)
        << text;
}

TEST(StatusText, AlignsNamesByTheirWidthOnAScreen) {
    auto status = playing();
    status.sinks[0].name = "Küche, große";
    status.sinks[1].name = "音響";
    const auto text = to_text(status);
    EXPECT_THAT(text, HasSubstr("\nKüche, große  streaming"));
    EXPECT_THAT(text, HasSubstr("\n音響          streaming"));
}

}  // namespace
}  // namespace tandem
