// SPDX-License-Identifier: GPL-3.0-or-later
// The doctor's checks of the card and of what comes in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/doctor_bench.hpp"

namespace tandem {
namespace {

using namespace test;
using ::testing::HasSubstr;

struct DoctorHears : ::testing::TestWithParam<Planted> {};

TEST_P(DoctorHears, ThePlantedFaultAndSaysWhatToDo) {
    expect_found(GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    OfTheInput, DoctorHears,
    ::testing::Values(
        Planted{"card", kFail, "card-missing: no card",
                [](DoctorFacts& f) {
                    f.status->capture.state = "failed";
                    f.status->capture.reason = "card-missing";
                    f.status->capture.detail = "no card";
                }},
        Planted{"card", kWarn, "card-xruns",
                [](DoctorFacts& f) { f.status->capture.reason = "card-xruns"; }},
        Planted{"card-rate", kFail, "USB Audio does not support 48000 Hz",
                [](DoctorFacts& f) { f.card->rates = {44100}; }},
        Planted{"card-rate", kFail, "does not support 48000 Hz",
                [](DoctorFacts& f) {
                    f.card->rates = {8000, 44100};
                    f.card->any_between = true;
                }},
        Planted{"card-rate", kUnknown, "not a USB card", [](DoctorFacts& f) { f.card.reset(); }},
        Planted{"card-mono", kWarn, "is mono", [](DoctorFacts& f) { f.card->channels = 1; }},
        Planted{"card-clock", kWarn, "-303 ppm off its nominal rate. No quartz is: the card loses",
                [](DoctorFacts& f) { f.status->timeline.rate_ppm = -303; }},
        Planted{"card-clock", kWarn, "+201 ppm",
                [](DoctorFacts& f) { f.status->timeline.rate_ppm = 201; }},
        Planted{"card-clock", kUnknown, "cannot be checked",
                [](DoctorFacts& f) { f.status->timeline.locked = false; }},
        Planted{"mixer", kWarn, "\"Auto Gain Control\" of the card is on",
                [](DoctorFacts& f) { f.mixer->back().switched_on = true; }},
        Planted{"mixer", kWarn, "\"AGC\" of the card is on",
                [](DoctorFacts& f) {
                    f.mixer = {MixerControl{"Capture", true, 1.0, {}},
                               MixerControl{"AGC", true, {}, {}}};
                }},
        Planted{"mixer", kWarn, "\"Mic Boost\" of the card is on",
                [](DoctorFacts& f) { f.mixer->at(2).capture = 0.33; }},
        Planted{"mixer", kFail, "\"Line\" of the card is not capturing",
                [](DoctorFacts& f) { f.mixer->front().capture_on = false; }},
        Planted{"mixer", kFail, "\"Line\" of the card is turned down to 0 %",
                [](DoctorFacts& f) { f.mixer->front().capture = 0; }},
        Planted{"mixer", kUnknown, "no mixer", [](DoctorFacts& f) { f.mixer.reset(); }},
        Planted{"offset", kWarn, "DC offset of 3.0 %",
                [](DoctorFacts& f) { f.status->capture.offset_right = -0.03; }},
        Planted{"hum", kWarn, "hums at 50 Hz, -48 dBFS",
                [](DoctorFacts& f) {
                    f.status->capture.hum_hz = 50;
                    f.status->capture.hum_dbfs = -48;
                }},
        Planted{"hum", kUnknown, "Nothing is being captured",
                [](DoctorFacts& f) { f.status->capture.state = "failed"; }},
        Planted{"clipping", kWarn, "clipped 4 times",
                [](DoctorFacts& f) { f.status->capture.clippings_last_minute = 4; }},
        Planted{"level", kWarn, "-42.0 dBFS. That is low",
                [](DoctorFacts& f) { f.loudest_dbfs = -42; }},
        Planted{"level", kUnknown, "Nothing is playing",
                [](DoctorFacts& f) { f.status->capture.silent_s = 60; }},
        Planted{"last-sound", kWarn, "2 d 2 h ago",
                [](DoctorFacts& f) { f.status->capture.silent_s = 180'000; }}));

TEST(Doctor, TakesAMixerWithoutAnythingOfCaptureForOneThatLeavesTheSoundAlone) {
    auto facts = healthy();
    facts.mixer = {MixerControl{"Speaker", {}, {}, true}};
    EXPECT_EQ(finding_of(examine(facts), "mixer").outcome, Outcome::ok);
}

TEST(Doctor, NamesTheCommandThatMendsTheMixer) {
    auto facts = healthy();
    facts.mixer->back().switched_on = true;
    EXPECT_THAT(finding_of(examine(facts), "mixer").remedy,
                HasSubstr("amixer -D hw:1 sset 'Auto Gain Control' off"));
}

}  // namespace
}  // namespace tandem
