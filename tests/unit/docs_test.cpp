// SPDX-License-Identifier: GPL-3.0-or-later
// What the documents promise is what the source does.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "places.hpp"
#include "tandem/a2dp/airtime.hpp"
#include "tandem/a2dp/packetizer.hpp"
#include "tandem/a2dp/profile.hpp"
#include "tandem/a2dp/sbc_config.hpp"
#include "tandem/bluez/reasons.hpp"
#include "tandem/config/config.hpp"
#include "tandem/doctor/checks.hpp"
#include "tandem/host/journal.hpp"
#include "tandem/status/status.hpp"

namespace tandem {
namespace {

using ::testing::HasSubstr;

std::string document(const std::string& path) {
    std::ifstream file{TANDEM_SOURCE_DIR "/" + path};
    EXPECT_TRUE(file.good()) << path;
    return {std::istreambuf_iterator<char>{file}, {}};
}

// The text of a document below the heading of a table of the configuration, to the next heading.
std::string section(const std::string& text, const std::string& heading, const std::string& next) {
    const auto begin = text.find(heading);
    EXPECT_NE(begin, std::string::npos) << heading;
    const auto end = text.find(next, begin + heading.size());
    return text.substr(begin, end - begin);
}

struct KeyName {
    explicit KeyName(const std::string& path)
        : table{path.substr(0, path.rfind('.'))}, key{path.substr(path.rfind('.') + 1)} {}
    std::string table;
    std::string key;
    [[nodiscard]] std::string brackets() const {
        return table == "sink" ? "[[sink]]" : '[' + table + ']';
    }
};

TEST(Docs, ReferenceHasEveryKeyUnderItsTable) {
    const auto text = document("docs/configuration.md");
    for (const auto& path : config_keys()) {
        const KeyName name{path};
        EXPECT_THAT(section(text, "## `" + name.brackets() + '`', "\n## "),
                    HasSubstr("\n| `" + name.key + "` |"))
            << path;
    }
}

TEST(Docs, ReferenceHasNoKeyThatDoesNotExist) {
    std::set<std::string> keys;
    for (const auto& path : config_keys())
        keys.insert(KeyName{path}.key);
    const auto text = document("docs/configuration.md");
    const std::regex row{"\n\\| `([a-z_]+)` \\|"};
    int rows = 0;
    for (std::sregex_iterator found{text.begin(), text.end(), row}, end; found != end; ++found) {
        EXPECT_EQ(keys.count((*found)[1]), 1U) << (*found)[1];
        ++rows;
    }
    EXPECT_EQ(rows, static_cast<int>(config_keys().size()));
}

TEST(Docs, ManPageHasEveryKeyUnderItsTable) {
    const auto text = document("docs/man/tandem.toml.5");
    for (const auto& path : config_keys()) {
        const KeyName name{path};
        const auto described = section(text, ".SH " + name.brackets() + '\n', "\n.SH ");
        EXPECT_TRUE(std::regex_search(described, std::regex{"\n\\.BR? " + name.key + "[ \n]"}))
            << path;
    }
}

TEST(Docs, ShippedConfigShowsEveryKeyOfARealSpeaker) {
    const auto text = document("config/tandem.toml");
    for (const auto& path : config_keys()) {
        const KeyName name{path};
        if (name.table == "sink.virtual") continue;
        EXPECT_TRUE(std::regex_search(text, std::regex{"\n#?" + name.key + " = "})) << path;
    }
}

TEST(Docs, TroubleshootingHasEveryReasonOfASink) {
    const auto text = document("docs/troubleshooting.md");
    for (const auto& reason : kReasonTexts) {
        EXPECT_THAT(text, HasSubstr("\n| `" + std::string{reason.word} + "` |"));
    }
}

TEST(Docs, TroubleshootingHasEveryReasonOfTheInput) {
    const auto text =
        section(document("docs/troubleshooting.md"), "## Reasons of the input", "\n## ");
    for (const auto& word : kCaptureReasonWords)
        if (!word.empty()) {
            EXPECT_THAT(text, HasSubstr("\n| `" + std::string{word} + "` |"));
        }
}

// Each member of `json` as the document writes it, such as "sinks[].name", with its type.
void append_members(const nlohmann::ordered_json& json, const std::string& path,
                    std::vector<std::string>& rows) {
    for (const auto& [key, value] : json.items()) {
        const std::string name = path + key;
        const char* type = value.is_boolean()  ? "true or false"
                           : value.is_number() ? "number"
                           : value.is_null()   ? "number or null"
                           : value.is_string() ? "text"
                           : value.is_array()  ? "list"
                                               : "object";
        rows.push_back("| `" + name + "` | " + type + " |");
        if (value.is_object()) append_members(value, name + ".", rows);
        if (value.is_array() && !value.empty()) append_members(value[0], name + "[].", rows);
    }
}

TEST(Docs, StatusHasTheMembersOfItsDocumentInThatOrderAndNoOthers) {
    BridgeStatus status;
    status.sinks.resize(1);
    std::vector<std::string> rows;
    append_members(nlohmann::ordered_json::parse(to_json(status)), "", rows);
    const auto text = document("docs/dbus.md");
    const auto table = section(text, "## The status as JSON", "\n## ");
    std::vector<std::string> documented;
    const std::regex row{"\n(\\| `[a-z_.\\[\\]]+` \\| [a-z ]+ \\|)"};
    for (std::sregex_iterator found{table.begin(), table.end(), row}, end; found != end; ++found)
        documented.push_back((*found)[1]);
    EXPECT_EQ(rows, documented);
}

TEST(Docs, TroubleshootingHasEveryCheckOfTheDoctorInItsOrder) {
    const auto text =
        section(document("docs/troubleshooting.md"), "## What the doctor looks at", "\n## ");
    std::size_t at = 0;
    for (const Check& check : all_checks()) {
        const auto found = text.find("\n| `" + std::string{check.name} + "` |", at);
        ASSERT_NE(found, std::string::npos) << check.name;
        at = found;
    }
}

TEST(Docs, ReferenceHasWhatEachProfileCosts) {
    const auto text = document("docs/configuration.md");
    for (const Profile profile : {Profile::low_latency, Profile::balanced, Profile::robust}) {
        const ProfileSettings& settings = settings_of(profile);
        SbcConfig sbc;
        sbc.bitpool = settings.preferred_bitpool_48k;
        const auto frames = static_cast<std::size_t>(settings.frames_per_packet);
        const Duration packet =
            duration_of(sbc.frame_length() * settings.frames_per_packet, sbc.rate);
        const Duration air =
            air_time(kMediaHeaderBytes + frames * sbc.frame_bytes(), AirRate::edr3);
        EXPECT_THAT(text,
                    HasSubstr(fmt::format(
                        "\n| {} | {} ({:.1f} ms) | {} / {} | {:.0f} ms | {:.1f} ms | {:.0f} % |\n",
                        settings.name, frames, to_ms(packet), settings.preferred_bitpool_48k,
                        settings.preferred_bitpool_44k, to_ms(settings.guard),
                        to_ms(packet + settings.guard), 100 * 2 * to_ms(air) / to_ms(packet))));
    }
}

// What `journalctl -x` adds.
TEST(Docs, CatalogueHasAnEntryForEachKindOfEventAndNoOthers) {
    std::set<std::string> known;
    for (int kind = 0; kind <= static_cast<int>(EventKind::note); ++kind)
        known.emplace(message_id(static_cast<EventKind>(kind)));
    EXPECT_EQ(known.size(), static_cast<std::size_t>(EventKind::note) + 1) << "each has its own";
    const auto text = document("systemd/tandem.catalog");
    const std::regex entry{
        "\n-- ([0-9a-f]{32})\nSubject: [^\n]+\nDefined-By: Tandem\n"
        "Documentation: [^\n]+\n\n[^\n-]"};
    std::set<std::string> catalogued;
    for (std::sregex_iterator found{text.begin(), text.end(), entry}, end; found != end; ++found)
        EXPECT_TRUE(catalogued.insert((*found)[1]).second) << "twice: " << (*found)[1];
    EXPECT_EQ(catalogued, known);
}

TEST(Docs, VersionInTheChangelogIsTheProjects) {
    const auto build = document("CMakeLists.txt");
    std::smatch version;
    ASSERT_TRUE(std::regex_search(build, version, std::regex{"VERSION (\\d+\\.\\d+\\.\\d+)"}));
    const auto changelog = document("docs/changelog.md");
    const auto newest = changelog.find("\n## " + version[1].str());
    EXPECT_NE(newest, std::string::npos);
    // Above it stands at most what is not released yet.
    const auto first = changelog.find("\n## ");
    EXPECT_TRUE(newest == first || (changelog.find("\n## Unreleased\n") == first &&
                                    changelog.find("\n## ", first + 1) == newest));
}

}  // namespace
}  // namespace tandem
