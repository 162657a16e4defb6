// SPDX-License-Identifier: GPL-3.0-or-later
// Changes one number of a configuration file and leaves every other byte as it is. Thread: any.
#pragma once

#include <string>

#include "tandem/base/units.hpp"

namespace tandem {

// `text` with the trim_ms of the sink `name`; the line is added below its name where there is none.
// Throws ConfigError if `text` is no right configuration or has no such sink. `file` is used in
// errors only.
[[nodiscard]] std::string with_trim(const std::string& text, const std::string& name, Duration trim,
                                    const std::string& file);

// The same for its gain_db.
[[nodiscard]] std::string with_gain(const std::string& text, const std::string& name,
                                    double gain_db, const std::string& file);

// The same in the file at `path`, at once or not at all. Throw ConfigError, std::system_error,
// FileChanged.
void save_trim(const std::string& path, const std::string& name, Duration trim);
void save_gain(const std::string& path, const std::string& name, double gain_db);

// A number of milliseconds as the configuration has it: "12.5", "-3.0".
[[nodiscard]] std::string trim_text(Duration trim);
// The same for decibels, to a millionth.
[[nodiscard]] std::string gain_text(double gain_db);

}  // namespace tandem
