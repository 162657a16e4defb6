// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/toml_edit.hpp"

#include <algorithm>
#include <cstddef>

namespace tandem {
namespace {

// toml++ counts lines and columns from 1, and columns in code points.
std::size_t byte_at(const std::string& text, const toml::source_position& place) {
    std::size_t at = 0;
    for (toml::source_index line = 1; line < place.line; ++line)
        at = text.find('\n', at) + 1;
    const auto is_inside = [&](std::size_t byte) {  // of a code point, in UTF-8
        return byte < text.size() && (static_cast<unsigned char>(text[byte]) & 0xC0) == 0x80;
    };
    for (toml::source_index column = 1; column < place.column; ++column) {
        ++at;
        while (is_inside(at))
            ++at;
    }
    return std::min(at, text.size());
}

void replace_value(std::string& text, const toml::node& value, const std::string& literal) {
    const std::size_t begin = byte_at(text, value.source().begin);
    // toml++ lets a number end behind the blanks after it.
    const std::size_t end = value.is_string()
                                ? byte_at(text, value.source().end)
                                : std::min(text.find_first_of(" \t\r\n,}]#", begin), text.size());
    text.replace(begin, end - begin, literal);
}

std::string line_end(const std::string& text) {
    return text.find("\r\n") == std::string::npos ? "\n" : "\r\n";
}

std::size_t next_line(const std::string& text, std::size_t at) {
    const auto end = text.find('\n', at);
    return end == std::string::npos ? text.size() : end + 1;
}

// Below what lies from `begin` to `end`, in the indentation of its first line.
void insert_below(std::string& text, std::size_t begin, std::size_t end,
                  const std::string& assignment) {
    const std::size_t line = text.rfind('\n', begin) + 1;  // npos + 1 is 0
    const std::string indent = text.substr(line, text.find_first_not_of(" \t", line) - line);
    const std::size_t below = next_line(text, end);
    if (text[below - 1] != '\n') return append_lines(text, {indent + assignment});
    text.insert(below, indent + assignment + line_end(text));
}

// Whether the line at `at` begins a table that is not within a sink.
bool ends_sink(const std::string& text, std::size_t at) {
    const auto first = text.find_first_not_of(" \t", at);
    if (first == std::string::npos || text[first] != '[') return false;
    return text.compare(first, 6, "[sink.") != 0;
}

bool is_blank_or_comment(const std::string& line) {
    const auto first = line.find_first_not_of(" \t\r\n");
    return first == std::string::npos || line[first] == '#';
}

}  // namespace

FindTable find_sink(std::string key, std::function<bool(const std::string&)> is_it) {
    return [key = std::move(key),
            is_it = std::move(is_it)](const toml::table& document) -> const toml::table* {
        const auto* sinks = document["sink"].as_array();
        if (sinks == nullptr) return nullptr;
        for (const auto& sink : *sinks)
            if (is_it(sink.as_table()->get(key)->value_or(std::string{}))) return sink.as_table();
        return nullptr;
    };
}

std::string toml_string(std::string_view text) {
    std::string literal = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') literal += '\\';
        literal += letter;
    }
    return literal + '"';
}

bool set_value(std::string& text, const FindTable& find, std::string_view key,
               const std::string& literal, std::string_view anchor) {
    const toml::table document = toml::parse(text);
    const toml::table* table = find(document);
    if (table == nullptr) return false;
    const std::string assignment = std::string(key) + " = " + literal;
    const toml::node* above = anchor.empty() ? nullptr : table->get(anchor);
    const std::size_t begin = byte_at(text, (above != nullptr ? above : table)->source().begin);
    const std::size_t end = above != nullptr ? byte_at(text, above->source().end) : begin;
    if (const toml::node* old = table->get(key))
        replace_value(text, *old, literal);
    else if (table->is_inline() && above != nullptr)
        text.insert(end, ", " + assignment);
    else
        insert_below(text, begin, end, assignment);
    return true;
}

void comment_out(std::string& text, const FindTable& find) {
    const toml::table document = toml::parse(text);
    const toml::table* table = find(document);
    if (table == nullptr || table->is_inline()) return;
    const std::size_t begin = text.rfind('\n', byte_at(text, table->source().begin)) + 1;
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

void append_lines(std::string& text, const std::vector<std::string>& lines) {
    const std::string end = line_end(text);
    if (!text.empty() && text.back() != '\n') text += end;
    for (const auto& line : lines)
        text += line + end;
}

bool means(const std::string& text, const Config& expected) {
    try {
        return parse_config(text, "") == expected;
    } catch (const ConfigError&) {
        return false;
    }
}

}  // namespace tandem
