// SPDX-License-Identifier: GPL-3.0-or-later
// The rooms of the source are those of docs/architecture.md, and includes point down its table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "places.hpp"

namespace tandem {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

std::string content_of(const fs::path& path) {
    std::ifstream file{path};
    EXPECT_TRUE(file.good()) << path;
    return {std::istreambuf_iterator<char>{file}, {}};
}

// From the top of the table to its bottom.
std::vector<std::string> rooms_of_the_table() {
    const std::string text = content_of(TANDEM_SOURCE_DIR "/docs/architecture.md");
    const std::regex row{"\n\\| `([a-z0-9]+)/` \\|"};
    std::vector<std::string> rooms;
    for (std::sregex_iterator match{text.begin(), text.end(), row}, end; match != end; ++match)
        rooms.push_back((*match)[1]);
    return rooms;
}

struct SourceFile {
    fs::path path;
    std::string room;
};

std::vector<SourceFile> files_below(const fs::path& top) {
    std::vector<SourceFile> files;
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
        const auto extension = entry.path().extension();
        if (extension == ".hpp" || extension == ".cpp")
            files.push_back({entry.path(), entry.path().lexically_relative(top).begin()->string()});
    }
    return files;
}

std::vector<SourceFile> all_files() {
    std::vector<SourceFile> files = files_below(TANDEM_SOURCE_DIR "/include/tandem");
    for (SourceFile& file : files_below(TANDEM_SOURCE_DIR "/src"))
        files.push_back(std::move(file));
    return files;
}

// Rooms that the file includes from, and whether the header is one of those that all may include.
struct Include {
    std::string room;
    bool is_public;
};

std::vector<Include> includes_of(const SourceFile& file) {
    static const std::regex line{"(?:^|\n)#include \"(tandem/)?([a-z0-9]+)/[^\"]+\""};
    const std::string text = content_of(file.path);
    std::vector<Include> includes;
    for (std::sregex_iterator match{text.begin(), text.end(), line}, end; match != end; ++match)
        includes.push_back({(*match)[2], (*match)[1].matched});
    return includes;
}

TEST(Rooms, AreThoseOfTheTable) {
    const auto rooms = rooms_of_the_table();
    const std::set<std::string> in_table{rooms.begin(), rooms.end()};
    std::set<std::string> in_source;
    for (const SourceFile& file : all_files())
        in_source.insert(file.room);
    EXPECT_EQ(in_source, in_table);
}

TEST(Rooms, IncludesPointDownTheTable) {
    const auto rooms = rooms_of_the_table();
    const auto floor_of = [&](const std::string& room) {
        return std::find(rooms.begin(), rooms.end(), room) - rooms.begin();
    };
    std::vector<std::string> wrong;
    std::size_t seen = 0;
    for (const SourceFile& file : all_files()) {
        for (const Include& include : includes_of(file)) {
            ++seen;
            if (floor_of(include.room) < floor_of(file.room))
                wrong.push_back(file.path.string() + " includes from " + include.room + '/');
        }
    }
    EXPECT_THAT(wrong, IsEmpty());
    EXPECT_GT(seen, 300U);  // it did read them
}

TEST(Rooms, KeepTheirPrivateHeadersToThemselves) {
    std::vector<std::string> wrong;
    for (const SourceFile& file : all_files())
        for (const Include& include : includes_of(file))
            if (!include.is_public && include.room != file.room)
                wrong.push_back(file.path.string() + " includes a header private to " +
                                include.room + '/');
    EXPECT_THAT(wrong, IsEmpty());
}

TEST(Rooms, HeadersSayTheirThread) {
    std::vector<std::string> silent;
    for (const SourceFile& file : all_files())
        if (file.path.extension() == ".hpp" && file.room != "tools" &&
            !std::regex_search(content_of(file.path), std::regex{"// [^\n]*[Tt]hread"}))
            silent.push_back(file.path.string());
    EXPECT_THAT(silent, IsEmpty());
}

}  // namespace
}  // namespace tandem
