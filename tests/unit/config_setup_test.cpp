// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/config_setup.hpp"
#include "places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tandem/config/config.hpp"

namespace tandem {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const NamedSpeaker kLeftSpeaker{"left", "AA:BB:CC:DD:EE:FF"};
const NamedSpeaker kRightSpeaker{"right", "11:22:33:44:55:66"};

Equipment wanted(std::vector<NamedSpeaker> speakers, const std::string& device = "auto") {
    Equipment setup;
    setup.card.device = device;
    setup.speakers = std::move(speakers);
    return setup;
}

TEST(ConfigSetup, PutsWhatIsWantedIntoFilesHoweverTheyAreWritten) {
    const std::string left = "\n[[sink]]\nname = \"left\"\naddress = \"AA:BB:CC:DD:EE:FF\"\n";
    const struct {
        const char* what;
        std::string before;
        Equipment setup;
        std::string after;
    } cases[] = {
        {"nothing there", "", wanted({kLeftSpeaker}), left},
        {"a card and no table for it", "# mine\n", wanted({}, "hw:1,0"),
         "# mine\n\n[capture]\ndevice = \"hw:1,0\"\n"},
        {"a card in its place", "[capture]\ndevice = 'auto' # the green one\n",
         wanted({}, "hw:1,0"), "[capture]\ndevice = \"hw:1,0\" # the green one\n"},
        {"a card in a table without one", "[capture] # c\nperiod_frames = 256\n",
         wanted({}, "hw:1,0"), "[capture] # c\ndevice = \"hw:1,0\"\nperiod_frames = 256\n"},
        {"a table that ends the file", "[capture]", wanted({}, "hw:1,0"),
         "[capture]\ndevice = \"hw:1,0\"\n"},
        {"no newline at the end", "# end", wanted({kLeftSpeaker}), "# end\n" + left},
        {"lines as Windows ends them", "# a\r\n", wanted({}, "hw:1,0"),
         "# a\r\n\r\n[capture]\r\ndevice = \"hw:1,0\"\r\n"},
        {"a quote in a name", "", wanted({}, "a\"b\\c"), "\n[capture]\ndevice = \"a\\\"b\\\\c\"\n"},
        {"a speaker under another name",
         "[[sink]]\naddress = \"aa:bb:cc:dd:ee:ff\" # old\nname = 'kitchen'\ntrim_ms = 3\n",
         wanted({kLeftSpeaker}),
         "[[sink]]\naddress = \"aa:bb:cc:dd:ee:ff\" # old\nname = \"left\"\ntrim_ms = 3\n"},
        {"a speaker that is not wanted",
         "[[sink]]\nname = \"a\"\naddress = \"virtual\"\n  [sink.virtual]\n  latency_ms = 30\n\n"
         "# about idle\n[idle]\n",
         wanted({}),
         "#[[sink]]\n#name = \"a\"\n#address = \"virtual\"\n#  [sink.virtual]\n"
         "#  latency_ms = 30\n\n# about idle\n[idle]\n"},
    };
    for (const auto& [what, before, setup, after] : cases)
        EXPECT_EQ(with_setup(before, setup, "t.toml"), after) << what;
}

TEST(ConfigSetup, ReadsBackAsWhatWasWantedAndNothingElse) {
    std::ifstream file{TANDEM_SOURCE_DIR "/config/tandem.toml"};
    const std::string shipped{std::istreambuf_iterator<char>{file}, {}};
    Equipment setup = wanted({kLeftSpeaker, kRightSpeaker}, "hw:CARD=Device,DEV=0");
    setup.card.rate.hz = 44100;
    const auto text = with_setup(shipped, setup, "t.toml");
    const Config config = parse_config(text, "t.toml");
    EXPECT_EQ(config.capture.device, "hw:CARD=Device,DEV=0");
    EXPECT_EQ(config.capture.rate.hz, 44100);
    ASSERT_EQ(config.sinks.size(), 2U);
    EXPECT_EQ(config.sinks[1].name, "right");
    EXPECT_EQ(config.sinks[1].address, kRightSpeaker.address);
    EXPECT_THAT(text, StartsWith("# Tandem's configuration."));
    EXPECT_THAT(text, HasSubstr("\n# Frames that the card delivers at a time"));
    EXPECT_EQ(with_setup(text, setup, "t.toml"), text) << "once more changes nothing";
}

TEST(ConfigSetup, SpeakersThatChangePlacesKeepTheirTables) {
    const std::string before =
        "[[sink]]\nname = \"left\"\naddress = \"AA:BB:CC:DD:EE:FF\"\ntrim_ms = 4.0\n"
        "[[sink]]\nname = \"right\"\naddress = \"11:22:33:44:55:66\"\n";
    const auto after = with_setup(
        before, wanted({{"left", kRightSpeaker.address}, {"right", kLeftSpeaker.address}}),
        "t.toml");
    const Config config = parse_config(after, "t.toml");
    EXPECT_EQ(config.sinks[0].name, "right");
    EXPECT_EQ(config.sinks[0].trim, std::chrono::milliseconds{4});
    EXPECT_EQ(config.sinks[1].name, "left");
}

TEST(ConfigSetup, SpeakerThatIsReplacedStaysAsAComment) {
    const std::string before =
        "[[sink]]\nname = \"left\"\naddress = \"virtual\"\n\n"
        "[[sink]]\nname = \"right\"\naddress = \"virtual\"\n# the end\n";
    const auto after = with_setup(before, wanted({kLeftSpeaker}), "t.toml");
    EXPECT_THAT(after, StartsWith("#[[sink]]\n#name = \"left\"\n#address = \"virtual\"\n\n"
                                  "#[[sink]]\n#name = \"right\"\n#address = \"virtual\"\n"
                                  "# the end\n\n[[sink]]\n"));
    EXPECT_EQ(parse_config(after, "t.toml").sinks.size(), 1U);
}

TEST(ConfigSetup, RefusesWhatItCannotChangeSafely) {
    const auto refusal = [](const std::string& text) -> std::string {
        try {
            return "taken: " + with_setup(text, wanted({kLeftSpeaker}, "hw:1,0"), "t.toml");
        } catch (const ConfigError& error) {
            return error.what();
        }
    };
    EXPECT_THAT(refusal("[capture]\nrate = 3\n"), StartsWith("t.toml:2: capture.rate: "));
    EXPECT_THAT(refusal("sink = [{name = \"a\", address = \"virtual\"}]\n"),
                HasSubstr("cannot be changed safely; move it out of the way"));
    EXPECT_THAT(refusal("capture = {device = \"tone\"}\nsink = []\n"),
                HasSubstr("cannot be changed safely"));
}

}  // namespace
}  // namespace tandem
