// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/config.hpp"
#include "places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace tandem {
namespace {

using ::testing::StartsWith;

constexpr const char* every_key = R"(
[capture]
device = "hw:1,0"
rate = 44100
channels = 1
period_frames = 256

[stream]
profile = "low-latency"
bitpool = 35

[sync]
absent = "release"
[idle]
keep_alive = "none"
suspend_after_s = 300

[[sink]]
name = "kitchen"
address = "aa:bb:cc:dd:ee:0f"
adapter = "hci1"
role = "left"
latency_ms = 187.5
trim_ms = -3.25
gain_db = -6

[[sink]]
name = "model"
address = "virtual"
role = "mono"
virtual = { kind = "counting", latency_ms = 210, clock_ppm = -20.5, wav = "right.wav" }
)";

TEST(Config, TakesEveryKey) {
    const auto config = parse_config(every_key, "t.toml");
    EXPECT_EQ(config.capture.device, "hw:1,0");
    EXPECT_EQ(config.capture.rate.hz, 44100);
    EXPECT_EQ(config.capture.channels, 1);
    EXPECT_EQ(config.capture.period.count, 256);
    EXPECT_EQ(config.profile, Profile::low_latency);
    EXPECT_EQ(config.bitpool, 35);
    EXPECT_EQ(config.absent, Absent::release);
    EXPECT_EQ(config.keep_alive, KeepAlive::none);
    EXPECT_EQ(config.suspend_after, std::chrono::minutes{5});
    ASSERT_EQ(config.sinks.size(), 2U);
    const auto& kitchen = config.sinks[0];
    EXPECT_EQ(kitchen.name, "kitchen");
    EXPECT_EQ(kitchen.address, "AA:BB:CC:DD:EE:0F");
    EXPECT_EQ(kitchen.adapter, "hci1");
    EXPECT_EQ(kitchen.role, Role::left);
    EXPECT_EQ(kitchen.latency, Duration{187'500'000});
    EXPECT_EQ(kitchen.trim, Duration{-3'250'000});
    EXPECT_EQ(kitchen.gain_db, -6.0);
    const auto& model = config.sinks[1];
    EXPECT_TRUE(model.is_virtual());
    EXPECT_EQ(model.role, Role::mono);
    EXPECT_EQ(model.virtual_sink,
              (VirtualSinkConfig{SpeakerKind::counting, 210.0, -20.5, "right.wav"}));
}

TEST(Config, WithoutAnyKeyHasTheDocumentedDefaults) {
    const auto config = parse_config("", "t.toml");
    EXPECT_EQ(config.capture.device, "auto");
    EXPECT_EQ(config.capture.rate.hz, 48000);
    EXPECT_EQ(config.capture.channels, 2);
    EXPECT_EQ(config.capture.period.count, 128);
    EXPECT_EQ(config.profile, Profile::balanced);
    EXPECT_EQ(config.bitpool, std::nullopt);
    EXPECT_EQ(config.absent, Absent::hold);
    EXPECT_EQ(config.keep_alive, KeepAlive::silence);
    EXPECT_EQ(config.suspend_after, std::chrono::minutes{10});
    EXPECT_TRUE(config.sinks.empty());
}

TEST(Config, OfASinkNeedsNameAndAddressOnly) {
    const auto config = parse_config("[[sink]]\nname='a'\naddress='11:22:33:44:55:66'", "t.toml");
    ASSERT_EQ(config.sinks.size(), 1U);
    SinkConfig expected;
    expected.name = "a";
    expected.address = "11:22:33:44:55:66";
    EXPECT_EQ(config.sinks[0], expected);
}

TEST(Config, AutoIsTheSameAsNotGiven) {
    const auto config = parse_config(
        "[stream]\nbitpool='auto'\n[[sink]]\nname='a'\naddress='virtual'\nlatency_ms='auto'",
        "t.toml");
    EXPECT_EQ(config.bitpool, std::nullopt);
    EXPECT_EQ(config.sinks.at(0).latency, std::nullopt);
}

TEST(Config, AdapterMayBeAnAddress) {
    const auto config = parse_config(
        "[[sink]]\nname='a'\naddress='virtual'\nadapter='00:1a:7d:da:71:13'", "t.toml");
    EXPECT_EQ(config.sinks.at(0).adapter, "00:1A:7D:DA:71:13");
}

TEST(Config, SeveralVirtualSinksShareTheirAddress) {
    const auto config = parse_config(
        "[[sink]]\nname='a'\naddress='virtual'\n[[sink]]\nname='b'\naddress='virtual'", "t.toml");
    EXPECT_EQ(config.sinks.size(), 2U);
}

TEST(Config, FileThatIsMissingOrADirectoryIsNamed) {
    for (const auto* path : {"/nonexistent/tandem.toml", "/"}) {
        try {
            (void)load_config(path);
            FAIL() << path << " was read";
        } catch (const ConfigError& error) {
            EXPECT_THAT(error.what(), StartsWith(std::string{path} + ": file: cannot be read: "));
        }
    }
}

TEST(Config, ShippedFileIsValidAndNamesNoSinks) {
    const auto config = load_config(TANDEM_SOURCE_DIR "/config/tandem.toml");
    EXPECT_TRUE(config.sinks.empty());
    EXPECT_EQ(config.capture.device, "auto");
}

// The example lines in the shipped file become its content when the # in front of them goes.
TEST(Config, ShippedFileIsValidWithItsExampleToo) {
    std::ifstream file{TANDEM_SOURCE_DIR "/config/tandem.toml"};
    std::string text;
    for (std::string line; std::getline(file, line);) {
        const bool example = line.size() > 1 && line[0] == '#' && line[1] != ' ';
        text += (example ? line.substr(1) : line) + '\n';
    }
    const auto config = parse_config(text, "tandem.toml");
    ASSERT_EQ(config.sinks.size(), 2U);
    EXPECT_EQ(config.sinks[0].name, "left");
    EXPECT_EQ(config.sinks[1].address, "11:22:33:44:55:66");
}

TEST(Config, OfTheDemoHasTwoVirtualSinksThatDiffer) {
    const auto config = load_config(TANDEM_SOURCE_DIR "/config/demo.toml");
    ASSERT_EQ(config.sinks.size(), 2U);
    const auto& left = config.sinks[0];
    const auto& right = config.sinks[1];
    EXPECT_TRUE(left.is_virtual() && right.is_virtual());
    EXPECT_NE(left.virtual_sink.latency_ms, right.virtual_sink.latency_ms);
    EXPECT_NE(left.virtual_sink.clock_ppm, right.virtual_sink.clock_ppm);
    EXPECT_NE(left.virtual_sink.wav, right.virtual_sink.wav);
}

}  // namespace
}  // namespace tandem
