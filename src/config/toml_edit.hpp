// SPDX-License-Identifier: GPL-3.0-or-later
// Edits the text of a configuration and leaves every other byte as it is. The text is valid before
// each edit; whether it still is, and means what was wanted, is for the caller to check with
// means(). Thread: any.
#pragma once

#include <toml++/toml.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/config/config.hpp"

namespace tandem {

// Finds a table in the parsed text; nullptr if there is none.
using FindTable = std::function<const toml::table*(const toml::table& document)>;

// Finds the first sink whose `key` satisfies `is_it`.
[[nodiscard]] FindTable find_sink(std::string key, std::function<bool(const std::string&)> is_it);

// `text` as a TOML string.
[[nodiscard]] std::string toml_string(std::string_view text);

// Makes `literal` the value of `key` in the table: in place of its value, else as a new line below
// the table's key `anchor`, or below its header if `anchor` is empty. Returns false if there is no
// such table. Throws toml::parse_error.
bool set_value(std::string& text, const FindTable& find, std::string_view key,
               const std::string& literal, std::string_view anchor = "");

// Puts a # before each line of the table, and of tables within it. Comments above the next table
// stay as they are. Does nothing to an inline table. Throws toml::parse_error.
void comment_out(std::string& text, const FindTable& find);

// Adds lines at the end, ended as the others are.
void append_lines(std::string& text, const std::vector<std::string>& lines);

// Whether `text` is a valid configuration equal to `expected`: however a file is written, an edit
// must not change the meaning of anything else.
[[nodiscard]] bool means(const std::string& text, const Config& expected);

}  // namespace tandem
