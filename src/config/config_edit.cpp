// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/config_edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "config/toml_edit.hpp"
#include "tandem/config/config.hpp"
#include "tandem/config/text_file.hpp"

namespace tandem {
namespace {

// One number of a sink's table.
struct Entry {
    std::string key;
    std::string number;
    std::function<void(SinkConfig&)> apply;  // to the parsed configuration
};

std::string with_number(const std::string& text, const std::string& name, const Entry& entry,
                        const std::string& file) {
    Config expected = parse_config(text, file);
    const auto sink = std::ranges::find(expected.sinks, name, &SinkConfig::name);
    if (sink == expected.sinks.end())
        throw ConfigError(
            fmt::format("{}: sink: there is none named \"{}\"; is this the file that tandemd was "
                        "started with?",
                        file, name));
    entry.apply(*sink);
    std::string edited = text;
    const auto is_it = [&](const std::string& other) { return other == name; };
    set_value(edited, find_sink("name", is_it), entry.key, entry.number, "name");
    if (!means(edited, expected))
        throw ConfigError(
            fmt::format("{}: sink.{}: this file is written in a way that cannot be changed safely; "
                        "write {} = {} by hand",
                        file, entry.key, entry.key, entry.number));
    return edited;
}

// To a millionth; a whole number gets a fraction, so that TOML reads it as a float.
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
