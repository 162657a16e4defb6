// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "fakes/playing_status.hpp"
#include "tandem/status/status_text.hpp"

namespace tandem {
namespace {

using test::playing;
using ::testing::HasSubstr;

struct VerdictCase {
    const char* about;
    void (*change)(BridgeStatus&);
    Health health;
    const char* sentence;
};
void PrintTo(const VerdictCase& given, std::ostream* stream) {
    *stream << given.about;
}

struct VerdictOf : ::testing::TestWithParam<VerdictCase> {};

TEST_P(VerdictOf, IsTheWorstThatCanBeSaid) {
    auto status = playing();
    GetParam().change(status);
    const auto verdict = verdict_of(status);
    EXPECT_EQ(verdict.health, GetParam().health) << verdict.sentence;
    EXPECT_THAT(verdict.sentence, HasSubstr(GetParam().sentence));
}

constexpr auto kWell = Health::well;
constexpr auto kWarning = Health::warning;
constexpr auto kTrouble = Health::trouble;

INSTANTIATE_TEST_SUITE_P(
    Status, VerdictOf,
    ::testing::Values(
        VerdictCase{"an idle service", [](BridgeStatus& s) { s.sinks.clear(); }, kWarning,
                    "run \"sudo tandemctl setup\""},
        VerdictCase{"no card", [](BridgeStatus& s) { s.capture.state = "failed"; }, kTrouble,
                    "Nothing to play"},
        VerdictCase{"a sink that is away", [](BridgeStatus& s) { s.sinks[0].state = "absent"; },
                    kWarning, "1 of 2 sinks are playing"},
        VerdictCase{"no sink that plays",
                    [](BridgeStatus& s) { s.sinks[0].state = s.sinks[1].state = "absent"; },
                    kTrouble, "0 of 2 sinks are playing"},
        VerdictCase{"sinks that rest",
                    [](BridgeStatus& s) {
                        for (auto& sink : s.sinks) {
                            sink.state = "suspended";
                            sink.reason = ReasonCode::idle;
                        }
                    },
                    kWell, "suspended until the next sound"},
        VerdictCase{"a card with xruns", [](BridgeStatus& s) { s.capture.reason = "card-xruns"; },
                    kWarning, "drops out"},
        VerdictCase{"a sink at volume 0", [](BridgeStatus& s) { s.sinks[1].volume_percent = 0; },
                    kWarning, "the volume of right is 0 %: \"tandemctl volume right 30\""},
        VerdictCase{"a sink at the lowest gain", [](BridgeStatus& s) { s.sinks[1].gain_db = -60; },
                    kWarning, "the gain of right is as low as it can be"},
        VerdictCase{"a sink that may be out of step",
                    [](BridgeStatus& s) {
                        s.sinks[1].doubtful_s = 200;
                        s.sinks[1].doubt = "0.4 s without air";
                    },
                    kWarning,
                    "right may be out of step after 0.4 s without air: its stream begins anew in "
                    "the next pause"},
        VerdictCase{"a latency that is only assumed",
                    [](BridgeStatus& s) { s.sinks[1].latency_origin = "default"; }, kWell,
                    "All is well: 2 sinks are playing, but nothing is known of the latency of "
                    "right: if you hear an echo, trim by ear."},
        VerdictCase{"one sink whose latency is only assumed, which has nobody to be in step with",
                    [](BridgeStatus& s) {
                        s.sinks.pop_back();
                        s.sinks[0].latency_origin = "default";
                    },
                    kWell, "All is well: the sink is playing."},
        VerdictCase{"a sink that is released",
                    [](BridgeStatus& s) {
                        s.sinks[1].state = "suspended";
                        s.sinks[1].reason = ReasonCode::released;
                        s.sinks[1].muted = true;
                    },
                    kWell,
                    "All is well: the sink is playing; right is released (\"tandemctl take right\" "
                    "ends that)."},
        VerdictCase{"a lock that is young while a sink is released",
                    [](BridgeStatus& s) {
                        s.timeline.locked = false;
                        s.sinks[1].reason = ReasonCode::released;
                        s.sinks[1].state = "suspended";
                    },
                    kWell, "Playing; the timeline is still locking; right is released"},
        VerdictCase{"sinks that are all released",
                    [](BridgeStatus& s) {
                        for (auto& sink : s.sinks) {
                            sink.state = "suspended";
                            sink.reason = ReasonCode::released;
                        }
                    },
                    kWell,
                    "Nothing is playing: left and right are released (\"tandemctl take left\" ends "
                    "that)."},
        VerdictCase{"one that is released and one that is away",
                    [](BridgeStatus& s) {
                        s.sinks[0].state = "absent";
                        s.sinks[1].state = "suspended";
                        s.sinks[1].reason = ReasonCode::released;
                    },
                    kTrouble, "0 of 2 sinks are playing"},
        VerdictCase{"a muted sink", [](BridgeStatus& s) { s.sinks[1].muted = true; }, kWarning,
                    "\"tandemctl mute right off\""},
        VerdictCase{"packets that are lost",
                    [](BridgeStatus& s) { s.sinks[1].dropped_last_minute = 40; }, kWarning,
                    "right lost 40 packets"},
        VerdictCase{"a slow link",
                    [](BridgeStatus& s) { s.sinks[1].reason = ReasonCode::link_slow; }, kWarning,
                    "right has a problem, named above"},
        VerdictCase{"clipping", [](BridgeStatus& s) { s.capture.clippings_last_minute = 30; },
                    kWarning, "30 times in the last minute"},
        VerdictCase{"hum", [](BridgeStatus& s) { s.capture.hum_hz = 50; }, kWarning,
                    "hums at 50 Hz"},
        VerdictCase{"a lock that is young", [](BridgeStatus& s) { s.timeline.locked = false; },
                    kWell, "still locking"},
        VerdictCase{
            "silence", [](BridgeStatus& s) { s.capture.silent_s = 600; }, kWell,
            "All is well: 2 sinks are playing in step; the input has been silent for 10 min."}));

}  // namespace
}  // namespace tandem
