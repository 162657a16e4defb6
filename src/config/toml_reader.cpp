// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/toml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "tandem/base/printable_text.hpp"
#include "tandem/config/config.hpp"

namespace tandem {
namespace {

using namespace std::string_view_literals;

constexpr std::array top_keys{"capture"sv, "stream"sv, "sync"sv, "idle"sv, "sink"sv};
constexpr std::array capture_keys{"device"sv, "rate"sv, "channels"sv, "period_frames"sv};
constexpr std::array stream_keys{"profile"sv, "bitpool"sv, "volume"sv};
constexpr std::array sync_keys{"absent"sv};
constexpr std::array idle_keys{"keep_alive"sv, "suspend_after_s"sv};
constexpr std::array sink_keys{"name"sv,       "address"sv, "adapter"sv, "role"sv,
                               "latency_ms"sv, "trim_ms"sv, "gain_db"sv, "virtual"sv};
constexpr std::array virtual_keys{"kind"sv, "latency_ms"sv, "clock_ppm"sv, "wav"sv};

constexpr std::array tables{TableKeys{"", top_keys},
                            TableKeys{"capture", capture_keys},
                            TableKeys{"stream", stream_keys},
                            TableKeys{"sync", sync_keys},
                            TableKeys{"idle", idle_keys},
                            TableKeys{"sink", sink_keys},
                            TableKeys{"sink.virtual", virtual_keys}};

std::span<const std::string_view> keys_of(std::string_view table) {
    const auto found = std::ranges::find(tables, table, &TableKeys::name);
    return found == tables.end() ? std::span<const std::string_view>{} : found->keys;
}

// How many letters must be put in, taken out or replaced to make `a` out of `b` (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

// What the user meant by an unknown key, as the end of a sentence.
std::string advice_for(std::string_view key, std::string_view table) {
    for (const auto& other : tables) {
        const bool elsewhere = !other.name.empty() && other.name != table;
        if (elsewhere && std::ranges::find(other.keys, key) != other.keys.end() &&
            edit_distance(other.name, table) > 0) {
            const bool list = other.name == "sink";
            return fmt::format("it belongs under {}{}{}", list ? "[[" : "[", other.name,
                               list ? "]]" : "]");
        }
    }
    const auto known = keys_of(table);
    const auto nearest = std::ranges::min(
        known, {}, [&](std::string_view candidate) { return edit_distance(candidate, key); });
    const std::size_t longer = std::max(nearest.size(), key.size());
    if (edit_distance(nearest, key) * 2 <= longer)
        return fmt::format("did you mean \"{}\"?", nearest);
    return fmt::format("known here are {}", fmt::join(known, ", "));
}

std::string_view type_name(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::table:
            return "a table";
        case toml::node_type::array:
            return node.is_array_of_tables() ? "a list of tables" : "a list";
        case toml::node_type::string:
            return "text";
        case toml::node_type::integer:
            return "a whole number";
        case toml::node_type::floating_point:
            return "a number with a fraction";
        case toml::node_type::boolean:
            return "true or false";
        default:
            return "a date or time";
    }
}

}  // namespace

std::span<const TableKeys> known_tables() noexcept {
    return tables;
}

std::string printable(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        const auto code = static_cast<unsigned char>(letter);
        if (code < 0x20 || code == 0x7f)
            result += fmt::format("\\u{:04X}", code);
        else
            result += letter;
    }
    return printable_text(result);
}

TomlReader::TomlReader(const toml::table& table, std::string_view name, const std::string& file)
    : table_{table}, name_{name}, file_{file} {
    refuse_unknown_keys();
}

void TomlReader::refuse_unknown_keys() const {
    const auto known = keys_of(name_);
    for (const auto& [key, node] : table_) {
        if (std::ranges::find(known, key.str()) != known.end()) continue;
        refuse(key.str(), "unknown key; " + advice_for(key.str(), name_));
    }
}

std::string TomlReader::path_of(std::string_view key) const {
    return name_.empty() ? std::string{key} : fmt::format("{}.{}", name_, key);
}

void TomlReader::refuse(std::string_view key, const std::string& reason) const {
    auto line = table_.source().begin.line;
    for (const auto& [present, node] : table_) {
        if (present.str() == key) line = present.source().begin.line;
    }
    throw ConfigError{
        fmt::format("{}:{}: {}: {}", file_, line, printable(path_of(key)), printable(reason))};
}

std::optional<std::string> TomlReader::text(std::string_view key) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return std::nullopt;
    const auto* value = node->as_string();
    if (value == nullptr) {
        refuse(key, fmt::format("is {}; write text in quotes", type_name(*node)));
    }
    return value->get();
}

bool TomlReader::is_auto(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return node != nullptr && node->is_string() && node->as_string()->get() == "auto";
}

bool TomlReader::is_number(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return node != nullptr && node->is_number();
}

void TomlReader::require_range(std::string_view key, double value, double least, double most,
                               bool or_auto) const {
    if (value >= least && value <= most) return;  // false for NaN
    refuse(key, fmt::format("{} is out of range; write a number from {} to {}{}", value, least,
                            most, or_auto ? ", or \"auto\"" : ""));
}

std::optional<std::int64_t> TomlReader::any_integer(std::string_view key, bool or_auto) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* value = node->as_integer()) return value->get();
    refuse(key, fmt::format("is {}; write a whole number without quotes{}", type_name(*node),
                            or_auto ? ", or \"auto\"" : ""));
}

std::optional<double> TomlReader::any_number(std::string_view key, bool or_auto) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* value = node->as_floating_point()) return value->get();
    if (const auto* value = node->as_integer()) return static_cast<double>(value->get());
    refuse(key, fmt::format("is {}; write a number without quotes{}", type_name(*node),
                            or_auto ? ", or \"auto\"" : ""));
}

std::optional<std::int64_t> TomlReader::integer(std::string_view key, std::int64_t least,
                                                std::int64_t most) const {
    const auto value = any_integer(key, false);
    if (value) {
        require_range(key, static_cast<double>(*value), static_cast<double>(least),
                      static_cast<double>(most), false);
    }
    return value;
}

std::optional<double> TomlReader::number(std::string_view key, double least, double most) const {
    const auto value = any_number(key, false);
    if (value) require_range(key, *value, least, most, false);
    return value;
}

std::optional<std::int64_t> TomlReader::integer_or_auto(std::string_view key, std::int64_t least,
                                                        std::int64_t most) const {
    if (is_auto(key)) return std::nullopt;
    const auto value = any_integer(key, true);
    if (value) {
        require_range(key, static_cast<double>(*value), static_cast<double>(least),
                      static_cast<double>(most), true);
    }
    return value;
}

std::optional<double> TomlReader::number_or_auto(std::string_view key, double least,
                                                 double most) const {
    if (is_auto(key)) return std::nullopt;
    const auto value = any_number(key, true);
    if (value) require_range(key, *value, least, most, true);
    return value;
}

const toml::table* TomlReader::table(std::string_view key) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return nullptr;
    if (const auto* found = node->as_table()) return found;
    refuse(key, fmt::format("is {}; write it as a table, [{}]", type_name(*node), path_of(key)));
}

const toml::array* TomlReader::tables(std::string_view key) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return nullptr;
    const auto* found = node->as_array();
    if (found != nullptr && (found->empty() || found->is_array_of_tables())) return found;
    refuse(key, fmt::format("is {}; write one [[{}]] in double brackets for each", type_name(*node),
                            path_of(key)));
}

}  // namespace tandem
