// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/status/journal_text.hpp"

#include <fmt/format.h>
#include <syslog.h>

#include <array>
#include <charconv>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>

#include "tandem/base/printable_text.hpp"
#include "tandem/host/journal.hpp"

namespace tandem {
namespace {

using Entry = std::map<std::string, std::string>;

// systemd writes a field that is no UTF-8 as a list of its bytes, and one that was too large for
// it as null.
std::string text_of(const nlohmann::json& field) {
    if (field.is_string()) return field.get<std::string>();
    std::string text;
    if (!field.is_array()) return text;
    for (const auto& byte : field)
        if (byte.is_number_unsigned()) text += static_cast<char>(byte.get<unsigned char>());
    return text;
}

Entry entry_of(const std::string& json) {
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
    Entry entry;
    if (!parsed.is_object()) return entry;
    for (const auto& [name, field] : parsed.items())
        entry.emplace(name, printable_text(text_of(field)));
    return entry;
}

std::string field_of(const Entry& entry, const std::string& name) {
    const auto found = entry.find(name);
    return found != entry.end() ? found->second : std::string();
}

template <typename Number>
Number number_of(const Entry& entry, const std::string& name, Number otherwise) {
    const std::string text = field_of(entry, name);
    Number number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// Of the place where it is read.
std::string time_of(const Entry& entry) {
    const auto us = number_of<std::int64_t>(entry, "__REALTIME_TIMESTAMP", 0);
    const auto seconds = static_cast<std::time_t>(us / 1'000'000);
    std::tm local{};
    localtime_r(&seconds, &local);
    std::array<char, 32> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local);
    return {text.data(), length};
}

Health health_of(const Entry& entry) {
    const int priority = number_of(entry, "PRIORITY", LOG_INFO);
    if (priority <= LOG_ERR) return Health::trouble;
    return priority <= LOG_WARNING ? Health::warning : Health::well;
}

std::string with_fields(std::string_view text, const Entry& entry) {
    std::string filled;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = text.find('@', at);
        const auto end = begin == text.npos ? text.npos : text.find('@', begin + 1);
        filled += text.substr(at, end == text.npos ? text.npos : begin - at);
        if (end == text.npos) break;
        filled += field_of(entry, std::string(text.substr(begin + 1, end - begin - 1)));
        at = end + 1;
    }
    return filled;
}

// The catalogue's text below its header, indented.
std::string explanation_of(const std::string& catalogued, const Entry& entry) {
    const auto header_end = catalogued.find("\n\n");
    if (header_end == std::string::npos) return {};
    std::istringstream lines{with_fields(catalogued.substr(header_end + 2), entry)};
    std::string text;
    for (std::string line; std::getline(lines, line);)
        if (!line.empty()) text += fmt::format("    {}\n", line);
    return text;
}

}  // namespace

std::string JournalText::lines_of(const std::string& json) {
    const Entry entry = entry_of(json);
    const std::string message = field_of(entry, "MESSAGE");
    if (message.empty()) return {};
    const Health health = health_of(entry);
    const std::string writer = field_of(entry, "SYSLOG_IDENTIFIER");
    const std::string who = writer == "tandemd" || writer.empty() ? "" : writer + ": ";
    std::string text = fmt::format(
        "{} {} {}\n", time_of(entry), health == Health::well ? ' ' : '!',
        health == Health::well ? who + message : painted(who + message, health, colours_));
    const std::string id = field_of(entry, "MESSAGE_ID");
    if (health == Health::well || !explained_.insert(id + field_of(entry, "REASON")).second)
        return text;
    return text + explanation_of(catalogue_(id), entry);
}

}  // namespace tandem
