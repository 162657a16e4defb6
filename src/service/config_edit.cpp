// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/service/config_edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "service/toml_place.hpp"
#include "tandem/service/config.hpp"
#include "tandem/service/text_file.hpp"

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
void insert_trim(std::string& text, const toml::table& sink, const std::string& number) {
    const auto& source = sink.get("name")->source();
    if (sink.is_inline())
        return (void)text.insert(byte_at(text, source.end), ", trim_ms = " + number);
    const std::size_t name_at = byte_at(text, source.begin);
    const std::size_t line = text.rfind('\n', name_at) + 1;  // npos + 1 is 0
    const std::string indent = text.substr(line, text.find_first_not_of(" \t", line) - line);
    const std::size_t line_end = text.find('\n', byte_at(text, source.end));
    const std::string entry = indent + "trim_ms = " + number;
    if (line_end == std::string::npos) return (void)text.append("\n" + entry + "\n");
    const bool crlf = text[line_end - 1] == '\r';
    text.insert(line_end + 1, entry + (crlf ? "\r\n" : "\n"));
}

}  // namespace

std::string trim_text(Duration trim) {
    std::string text = fmt::format("{:.6f}", to_ms(trim));
    text.erase(text.find_last_not_of('0') + 1);
    return text.back() == '.' ? text + '0' : text;
}

std::string with_trim(const std::string& text, const std::string& name, Duration trim,
                      const std::string& file) {
    Config expected = parse_config(text, file);
    const auto sink = std::ranges::find(expected.sinks, name, &SinkConfig::name);
    if (sink == expected.sinks.end())
        throw ConfigError(
            fmt::format("{}: sink: there is none with the name \"{}\"; is this the "
                        "file that tandemd was started with?",
                        file, name));
    sink->trim = trim;
    const toml::table document = toml::parse(text);
    const toml::table& table = *table_of(document, name);
    std::string edited = text;
    if (const toml::node* old = table.get("trim_ms")) {
        const ByteRange number = bytes_of(text, *old);
        edited.replace(number.begin, number.end - number.begin, trim_text(trim));
    } else {
        insert_trim(edited, table, trim_text(trim));
    }
    if (!has_sinks(edited, expected.sinks))
        throw ConfigError(
            fmt::format("{}: sink.trim_ms: this file is written in a way that cannot "
                        "be changed safely; write trim_ms = {} by hand",
                        file, trim_text(trim)));
    return edited;
}

void save_trim(const std::string& path, const std::string& name, Duration trim) {
    replace_text_file(path, with_trim(read_text_file(path), name, trim, path), 0644);
}

}  // namespace tandem
