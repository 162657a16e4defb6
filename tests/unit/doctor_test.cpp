// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/doctor/checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/doctor_bench.hpp"

namespace tandem {
namespace {

using namespace test;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Doctor, FindsNothingWrongWhereNothingIs) {
    const auto findings = examine(healthy());
    EXPECT_EQ(findings.size(), all_checks().size());
    for (const Finding& finding : findings) {
        EXPECT_EQ(finding.outcome, Outcome::ok) << finding.check << ": " << finding.reason;
        EXPECT_NE(finding.reason, "") << finding.check;
    }
    EXPECT_EQ(worst_of(findings), Outcome::ok);
}

struct DoctorFinds : ::testing::TestWithParam<Planted> {};

TEST_P(DoctorFinds, ThePlantedFaultAndSaysWhatToDo) {
    expect_found(GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    OfTheSystem, DoctorFinds,
    ::testing::Values(Planted{"service", kFail, "not installed",
                              [](DoctorFacts& f) {
                                  f.unit.installed = false;
                                  f.status.reset();
                              }},
                      Planted{"service", kWarn, "not as tandem.service",
                              [](DoctorFacts& f) { f.unit = UnitFacts(); }},
                      Planted{"service", kFail, "a mistake in its configuration",
                              [](DoctorFacts& f) {
                                  f.unit.active = "failed";
                                  f.unit.exit_status = 78;
                              }},
                      Planted{"service", kFail, "is inactive",
                              [](DoctorFacts& f) { f.unit.active = "inactive"; }},
                      Planted{"service", kFail, "does not answer: no bus",
                              [](DoctorFacts& f) {
                                  f.status.reset();
                                  f.status_trouble = "no bus";
                              }},
                      Planted{"service", kWarn, "restarted it 3 times",
                              [](DoctorFacts& f) { f.unit.restarts = 3; }},
                      Planted{"watchdog", kWarn, "no watchdog",
                              [](DoctorFacts& f) { f.unit.watchdog = false; }},
                      Planted{"configuration", kFail, "t.toml:3: rate",
                              [](DoctorFacts& f) {
                                  f.config.reset();
                                  f.config_trouble = "t.toml:3: rate";
                              }},
                      Planted{"configuration", kFail, "has no speakers",
                              [](DoctorFacts& f) { f.config->sinks.clear(); }},
                      Planted{"configuration", kWarn, "has 2 sinks, but the service is using 1",
                              [](DoctorFacts& f) { f.status->sinks.pop_back(); }},
                      Planted{"permissions", kFail, "not in the group bluetooth",
                              [](DoctorFacts& f) {
                                  f.unit.groups = {"tandem", "audio"};
                              }},
                      Planted{"permissions", kWarn, "not change anything",
                              [](DoctorFacts& f) { f.may_change = false; }},
                      Planted{"real-time", kWarn, "not a real-time thread",
                              [](DoctorFacts& f) { f.status->realtime = false; }},
                      Planted{"real-time", kUnknown, "does not answer",
                              [](DoctorFacts& f) { f.status.reset(); }}));

INSTANTIATE_TEST_SUITE_P(
    OfTheRadio, DoctorFinds,
    ::testing::Values(
        Planted{"bluez", kFail, "not installed", [](DoctorFacts& f) { f.bluez.reset(); }},
        Planted{"bluez", kWarn, "5.55 is older",
                [](DoctorFacts& f) {
                    f.bluez = BluezVersion{5, 55};
                }},
        Planted{"bluez", kWarn, "5.83 has bugs",
                [](DoctorFacts& f) {
                    f.bluez = BluezVersion{5, 83};
                }},
        Planted{"competitors", kWarn, "may take the speakers away: bluealsa, wireplumber.",
                [](DoctorFacts& f) {
                    f.competitors = {"bluealsa", "wireplumber"};
                }},
        Planted{"adapter", kFail, "no Bluetooth adapter",
                [](DoctorFacts& f) { f.adapters.clear(); }},
        Planted{"adapter", kFail, "hci0 is switched off",
                [](DoctorFacts& f) { f.adapters[0].up = false; }},
        Planted{"adapter", kFail, "None of the adapters in the configuration",
                [](DoctorFacts& f) {
                    f.config->sinks[0].adapter = f.config->sinks[1].adapter = "hci1";
                }},
        Planted{"adapter", kWarn, "searching for devices on hci0",
                [](DoctorFacts& f) { f.adapters[0].searching = true; }},
        Planted{"adapter", kWarn, "cannot send 3 Mbit/s",
                [](DoctorFacts& f) { f.adapters[0].packets->edr3 = false; }},
        Planted{"adapter", kWarn, "cannot send five-slot packets",
                [](DoctorFacts& f) { f.adapters[0].packets->edr_5_slots = false; }},
        Planted{"adapter", kUnknown, "does not report which packets",
                [](DoctorFacts& f) { f.adapters[0].packets.reset(); }},
        Planted{"uart", kFail, "921600 baud; the streams use 96 % of it",
                [](DoctorFacts& f) { f.adapters[0].baud = 921600; }},
        Planted{"uart", kUnknown, "of unknown speed",
                [](DoctorFacts& f) { f.adapters[0].baud.reset(); }},
        Planted{"airtime", kWarn, "2 streams on one adapter use 62 % of the air time",
                [](DoctorFacts& f) { f.config->profile = Profile::low_latency; }},
        Planted{"airtime", kUnknown, "the air time is unknown",
                [](DoctorFacts& f) { f.adapters[0].packets.reset(); }},
        Planted{"airtime", kFail, "% of the air",
                [](DoctorFacts& f) {
                    f.adapters[0].packets = PacketTypes{};
                    f.config->profile = Profile::low_latency;
                }},
        Planted{"wifi", kWarn, "2.4 GHz (2437 MHz), on the same chip and antenna as Bluetooth",
                [](DoctorFacts& f) { f.wifi[0].mhz = 2437; }},
        Planted{"paired", kFail, "not paired: AA:BB:CC:DD:EE:01.",
                [](DoctorFacts& f) { f.paired = {"AA:BB:CC:DD:EE:02"}; }},
        Planted{"paired", kUnknown, "does not say", [](DoctorFacts& f) { f.paired.reset(); }},
        Planted{"speakers", kFail, "right is failed: no key",
                [](DoctorFacts& f) {
                    f.status->sinks[1].state = "failed";
                    f.status->sinks[1].detail = "no key";
                }},
        Planted{"speakers", kWarn, "left lost 5 packets",
                [](DoctorFacts& f) { f.status->sinks[0].dropped_last_minute = 5; }}));

TEST(Doctor, JudgesModelledSpeakersWithoutARadio) {
    auto facts = healthy();
    for (auto& sink : facts.config->sinks)
        sink.address = "virtual";
    facts.adapters.clear();
    facts.paired.reset();
    const auto findings = examine(facts);
    for (const auto* check : {"adapter", "airtime", "paired"})
        EXPECT_EQ(finding_of(findings, check).outcome, Outcome::ok) << check;
}

// A second adapter that is off, or can less, says nothing of those that play.
TEST(Doctor, LooksAtTheAdaptersThatTheSinksMayUse) {
    const AdapterFacts old_one{"hci1", true, PacketTypes{}, true, 115'200, "00:1A:7D:00:00:02"};
    auto named = healthy();
    named.adapters.push_back(old_one);
    for (auto& sink : named.config->sinks)
        sink.adapter = "B8:27:EB:00:00:01";
    auto off = healthy();
    off.adapters.push_back(old_one);
    off.adapters.back().up = false;
    for (const auto& facts : {named, off})
        for (const auto* check : {"adapter", "uart", "airtime"})
            EXPECT_EQ(finding_of(examine(facts), check).outcome, Outcome::ok) << check;
    off.config->sinks[0].adapter = "hci1";
    EXPECT_EQ(finding_of(examine(off), "adapter").outcome, Outcome::fail);
}

TEST(Doctor, TellsEachFindingWithItsRemedyAndCountsThem) {
    auto facts = healthy();
    facts.competitors = {"pulseaudio"};
    facts.paired->clear();
    const auto text = to_text(examine(facts), Colours::off);
    EXPECT_THAT(
        text,
        AllOf(HasSubstr("ok      service        The service has run for 2 h 00 min.\n"),
              HasSubstr("\nwarn    competitors    These programs may take the speakers away: "
                        "pulseaudio."),
              HasSubstr("\nfail    paired         Configured but not paired: "),
              HasSubstr("\n                       -> Put the speaker in"),
              HasSubstr("\n23 checks: 21 ok, 1 warn, 1 fail, 0 unknown."), Not(HasSubstr("\x1b"))));
}

TEST(Doctor, ShowsNamesThatDoNothingToATerminal) {
    auto facts = healthy();
    facts.competitors = {"pulse\x1b[2J\naudio"};
    EXPECT_THAT(finding_of(examine(facts), "competitors").reason, HasSubstr("pulse?[2J audio"));
}

TEST(Doctor, SpeaksJsonToPrograms) {
    auto facts = healthy();
    facts.status->capture.hum_hz = 60;
    const auto json = nlohmann::json::parse(to_json(examine(facts)));
    EXPECT_EQ(json["worst"], "warn");
    ASSERT_EQ(json["findings"].size(), all_checks().size());
    EXPECT_EQ(json["findings"][0]["check"], "service");
    EXPECT_EQ(json["findings"][0]["outcome"], "ok");
    EXPECT_EQ(json["findings"][19]["check"], "hum");
    EXPECT_THAT(json["findings"][19]["remedy"], HasSubstr("isolator"));
}

}  // namespace
}  // namespace tandem
