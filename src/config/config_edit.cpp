// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/config_edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "config/toml_place.hpp"
#include "tandem/config/config.hpp"
#include "tandem/config/text_file.hpp"

namespace tandem {
namespace {

const toml::table* table_of(const toml::table& document, const std::string& name) {
    const auto* sinks = document["sink"].as_array();
    if (sinks == nullptr) return nullptr;
    for (const auto& sink : *sinks)
        if (sink.as_table()->get("name")->value<std::string>() == name) return sink.as_table();
    return nullptr;
}

// However a file is written: nothing but one number may have changed its meaning.
bool has_sinks(const std::string& text, const std::vector<SinkConfig>& sinks) {
    try {
        return parse_config(text, "").sinks == sinks;
    } catch (const ConfigError&) {
        return false;
    }
}

// A line of its own below the sink's name, in the name's style; in an inline table behind it.
void insert_line(std::string& text, const toml::table& sink, const std::string& assignment) {
    const auto& source = sink.get("name")->source();
    if (sink.is_inline()) return (void)text.insert(byte_at(text, source.end), ", " + assignment);
    const std::size_t name_at = byte_at(text, source.begin);
    const std::size_t line = text.rfind('\n', name_at) + 1;  // npos + 1 is 0
    const std::string indent = text.substr(line, text.find_first_not_of(" \t", line) - line);
    const std::size_t line_end = text.find('\n', byte_at(text, source.end));
    const std::string entry = indent + assignment;
    if (line_end == std::string::npos) return (void)text.append("\n" + entry + "\n");
    const bool crlf = text[line_end - 1] == '\r';
    text.insert(line_end + 1, entry + (crlf ? "\r\n" : "\n"));
}

// A number of a sink's table.
struct Entry {
    std::string key;
    std::string number;
    std::function<void(SinkConfig&)> take;  // makes it the configured one
};

std::string with_number(const std::string& text, const std::string& name, const Entry& entry,
                        const std::string& file) {
    Config expected = parse_config(text, file);
    const auto sink = std::ranges::find(expected.sinks, name, &SinkConfig::name);
    if (sink == expected.sinks.end())
        throw ConfigError(
            fmt::format("{}: sink: there is none with the name \"{}\"; is this the "
                        "file that tandemd was started with?",
                        file, name));
    entry.take(*sink);
    const std::string assignment = entry.key + " = " + entry.number;
    const toml::table document = toml::parse(text);
    const toml::table& table = *table_of(document, name);
    std::string edited = text;
    if (const toml::node* old = table.get(entry.key)) {
        const ByteRange number = bytes_of(text, *old);
        edited.replace(number.begin, number.end - number.begin, entry.number);
    } else {
        insert_line(edited, table, assignment);
    }
    if (!has_sinks(edited, expected.sinks))
        throw ConfigError(
            fmt::format("{}: sink.{}: this file is written in a way that cannot "
                        "be changed safely; write {} by hand",
                        file, entry.key, assignment));
    return edited;
}

// So exact as it is read back, with a fraction even where it is none.
std::string number_text(double number) {
    std::string text = fmt::format("{:.6f}", number);
    text.erase(text.find_last_not_of('0') + 1);
    return text.back() == '.' ? text + '0' : text;
}

void save(const std::string& path, const std::string& name, const Entry& entry) {
    edit_text_file(path,
                   [&](const std::string& text) { return with_number(text, name, entry, path); });
}

Entry trim_entry(Duration trim) {
    return {"trim_ms", trim_text(trim), [trim](SinkConfig& sink) { sink.trim = trim; }};
}

Entry gain_entry(double gain_db) {
    return {"gain_db", gain_text(gain_db), [gain_db](SinkConfig& sink) { sink.gain_db = gain_db; }};
}

}  // namespace

std::string trim_text(Duration trim) {
    return number_text(to_ms(trim));
}

std::string gain_text(double gain_db) {
    return number_text(gain_db);
}

std::string with_trim(const std::string& text, const std::string& name, Duration trim,
                      const std::string& file) {
    return with_number(text, name, trim_entry(trim), file);
}

std::string with_gain(const std::string& text, const std::string& name, double gain_db,
                      const std::string& file) {
    return with_number(text, name, gain_entry(gain_db), file);
}

void save_trim(const std::string& path, const std::string& name, Duration trim) {
    save(path, name, trim_entry(trim));
}

void save_gain(const std::string& path, const std::string& name, double gain_db) {
    save(path, name, gain_entry(gain_db));
}

}  // namespace tandem
