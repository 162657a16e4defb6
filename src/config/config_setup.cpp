// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/config_setup.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <optional>

#include "config/toml_place.hpp"
#include "tandem/config/config.hpp"

namespace tandem {
namespace {

std::string quoted(const std::string& text) {
    std::string literal = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') literal += '\\';
        literal += letter;
    }
    return literal + '"';
}

// As the file ends its lines.
std::string line_end(const std::string& text) {
    return text.find("\r\n") == std::string::npos ? "\n" : "\r\n";
}

std::size_t next_line(const std::string& text, std::size_t at) {
    const auto end = text.find('\n', at);
    return end == std::string::npos ? text.size() : end + 1;
}

void append_lines(std::string& text, const std::vector<std::string>& lines) {
    const std::string end = line_end(text);
    if (!text.empty() && text.back() != '\n') text += end;
    for (const auto& line : lines)
        text += line + end;
}

// Makes `key` of [capture] `literal`: in its place, else in a line of its own.
void set_capture(std::string& text, const std::string& key, const std::string& literal) {
    const toml::table document = toml::parse(text);
    const toml::table* capture = document["capture"].as_table();
    if (capture == nullptr) return append_lines(text, {"", "[capture]", key + " = " + literal});
    if (const toml::node* old = capture->get(key)) {
        const ByteRange place = bytes_of(text, *old);
        text.replace(place.begin, place.end - place.begin, literal);
        return;
    }
    const std::size_t below = next_line(text, byte_at(text, capture->source().begin));
    if (text[below - 1] != '\n') return append_lines(text, {key + " = " + literal});
    text.insert(below, key + " = " + literal + line_end(text));
}

void set_card(std::string& text, const CaptureSettings& now, const CaptureSettings& wanted) {
    if (now.device != wanted.device) set_capture(text, "device", quoted(wanted.device));
    if (now.rate != wanted.rate) set_capture(text, "rate", std::to_string(wanted.rate.hz));
    if (now.channels != wanted.channels)
        set_capture(text, "channels", std::to_string(wanted.channels));
}

// The sink whose address is `address`, as toml++ has it.
const toml::table* sink_at(const toml::table& document, const std::string& address) {
    const auto* sinks = document["sink"].as_array();
    if (sinks == nullptr) return nullptr;
    for (const auto& sink : *sinks) {
        const auto text = sink.as_table()->get("address")->value_or(std::string{});
        if (parse_address(text).value_or(text) == address) return sink.as_table();
    }
    return nullptr;
}

void rename(std::string& text, const SinkConfig& sink, const std::string& name) {
    const toml::table document = toml::parse(text);
    const ByteRange place = bytes_of(text, *sink_at(document, sink.address)->get("name"));
    text.replace(place.begin, place.end - place.begin, quoted(name));
}

// Whether the line at `at` begins another table than one of this sink's own.
bool ends_sink(const std::string& text, std::size_t at) {
    const auto first = text.find_first_not_of(" \t", at);
    if (first == std::string::npos || text[first] != '[') return false;
    return text.compare(first, 6, "[sink.") != 0;
}

bool is_blank_or_comment(const std::string& line) {
    const auto first = line.find_first_not_of(" \t\r\n");
    return first == std::string::npos || line[first] == '#';
}

// Puts a # before each line of the sink's table. What stands above the next table stays as it is.
void comment_out(std::string& text, const toml::table& sink) {
    const std::size_t begin = text.rfind('\n', byte_at(text, sink.source().begin)) + 1;
    std::size_t end = next_line(text, begin);
    for (std::size_t line = end; line < text.size() && !ends_sink(text, line);) {
        const std::size_t next = next_line(text, line);
        if (!is_blank_or_comment(text.substr(line, next - line))) end = next;
        line = next;
    }
    for (std::size_t line = begin; line < end; line = next_line(text, line)) {
        if (text.find_first_not_of(" \t\r", line) == text.find('\n', line)) continue;
        text.insert(line, "#");
        ++end;
    }
}

const NamedSpeaker* wanted_for(const SinkConfig& sink, const Equipment& wanted) {
    const auto found = std::ranges::find(wanted.speakers, sink.address, &NamedSpeaker::address);
    return found == wanted.speakers.end() ? nullptr : &*found;
}

// One that is commented out is found no more; models ("virtual") may share their address.
void set_sinks(std::string& text, Config& config, const Equipment& wanted) {
    std::vector<SinkConfig> kept;
    for (const SinkConfig& sink : config.sinks) {
        if (const auto* speaker = wanted_for(sink, wanted)) {
            if (sink.name != speaker->name) rename(text, sink, speaker->name);
            kept.push_back(sink);
            kept.back().name = speaker->name;
            continue;
        }
        const toml::table document = toml::parse(text);
        if (const auto* table = sink_at(document, sink.address); table && !table->is_inline())
            comment_out(text, *table);
    }
    for (const NamedSpeaker& speaker : wanted.speakers) {
        if (std::ranges::find(kept, speaker.address, &SinkConfig::address) != kept.end()) continue;
        append_lines(text, {"", "[[sink]]", "name = " + quoted(speaker.name),
                            "address = " + quoted(speaker.address)});
        kept.push_back({});
        kept.back().name = speaker.name;
        kept.back().address = speaker.address;
    }
    config.sinks = std::move(kept);
}

// However a file is written: nothing but what was wanted may have changed its meaning.
bool means(const std::string& text, const Config& expected) {
    try {
        return parse_config(text, "") == expected;
    } catch (const ConfigError&) {
        return false;
    }
}

}  // namespace

std::string with_setup(const std::string& text, const Equipment& wanted, const std::string& file) {
    Config config = parse_config(text, file);
    std::string edited = text;
    bool whole = true;
    try {
        set_card(edited, config.capture, wanted.card);
        config.capture.device = wanted.card.device;
        config.capture.rate = wanted.card.rate;
        config.capture.channels = wanted.card.channels;
        set_sinks(edited, config, wanted);
    } catch (const toml::parse_error&) {
        whole = false;  // one edit spoilt the next one's ground
    }
    if (whole && means(edited, config)) return edited;
    throw ConfigError(
        fmt::format("{}: file: is written in a way that cannot be changed safely; move it out of "
                    "the way and run the set-up again",
                    file));
}

}  // namespace tandem
