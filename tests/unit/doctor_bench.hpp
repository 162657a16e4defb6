// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the doctor share: a machine on which nothing is wrong, and faults to plant.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tandem/doctor/checks.hpp"

namespace tandem::test {

inline SinkConfig speaker(const std::string& name, const std::string& address) {
    SinkConfig sink;
    sink.name = name;
    sink.address = address;
    return sink;
}

// A Raspberry Pi on which nothing is wrong.
inline DoctorFacts healthy() {
    DoctorFacts facts;
    facts.bluez = BluezVersion{5, 82};
    facts.may_change = true;
    facts.unit = {true, "active", 0, 0, true, {"tandem", "audio", "bluetooth"}};
    facts.adapters = {
        {"hci0", true, PacketTypes{true, true, true}, true, 3'000'000, "B8:27:EB:00:00:01"}};
    facts.wifi = {{"wlan0", true, 5180.0}};
    facts.card = CardFacts{"USB Audio", {44100, 48000}, false, 2};
    facts.mixer_card = "hw:1";
    facts.mixer = {MixerControl{"Line", true, 0.5, {}}, MixerControl{"Mic", false, 0.0, false},
                   MixerControl{"Mic Boost", {}, 0.0, {}},
                   MixerControl{"Auto Gain Control", {}, {}, false}};
    facts.config_file = "/etc/tandem/tandem.toml";
    facts.config.emplace();
    facts.config->sinks = {speaker("left", "AA:BB:CC:DD:EE:01"),
                           speaker("right", "AA:BB:CC:DD:EE:02")};
    facts.paired = {"AA:BB:CC:DD:EE:02", "AA:BB:CC:DD:EE:01", "AA:BB:CC:DD:EE:03"};
    facts.loudest_dbfs = -6;
    BridgeStatus& status = facts.status.emplace();
    status.uptime_s = 7200;
    status.realtime = true;
    status.summary = "both speakers playing, skew 0.1 ms";
    status.capture.state = "running";
    status.timeline.locked = true;
    status.timeline.rate_ppm = -35;
    status.capture.description = "hw:1,0 USB Audio, 48000 Hz";
    for (const auto& sink : facts.config->sinks) {
        status.sinks.emplace_back().name = sink.name;
        status.sinks.back().state = "streaming";
    }
    return facts;
}

inline const Finding& finding_of(const std::vector<Finding>& findings, const std::string& check) {
    for (const Finding& finding : findings)
        if (finding.check == check) return finding;
    throw std::out_of_range(check);
}

inline constexpr auto kUnknown = Outcome::unknown;
inline constexpr auto kWarn = Outcome::warn;
inline constexpr auto kFail = Outcome::fail;

struct Planted {
    const char* check;
    Outcome outcome;
    const char* reason;
    void (*fault)(DoctorFacts&);
};
inline void PrintTo(const Planted& planted, std::ostream* stream) {
    *stream << planted.check << ": " << planted.reason;
}

// Whether the doctor finds it, says what to do, and finds nothing worse.
inline void expect_found(const Planted& planted) {
    auto facts = healthy();
    planted.fault(facts);
    const auto findings = examine(facts);
    const Finding finding = finding_of(findings, planted.check);
    EXPECT_EQ(finding.outcome, planted.outcome) << finding.reason;
    EXPECT_THAT(finding.reason, ::testing::HasSubstr(planted.reason));
    if (finding.outcome == Outcome::unknown) return;
    EXPECT_NE(finding.remedy, "") << finding.reason;
    EXPECT_EQ(worst_of(findings), planted.outcome);
}

}  // namespace tandem::test
