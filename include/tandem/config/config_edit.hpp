// SPDX-License-Identifier: GPL-3.0-or-later
// Changes one number of a configuration file and leaves every other byte as it is. Thread: any.
#pragma once

#include <string>

#include "tandem/base/units.hpp"

namespace tandem {

// Returns `text` with trim_ms of the sink `name` set to `trim`; adds the line below the name if
// there is none. Throws ConfigError if `text` is not valid or has no such sink. `file` stands for
// the text in its sentence.
[[nodiscard]] std::string with_trim(const std::string& text, const std::string& name, Duration trim,
                                    const std::string& file);

// The same for gain_db.
[[nodiscard]] std::string with_gain(const std::string& text, const std::string& name,
                                    double gain_db, const std::string& file);

// The same in the file at `path`, at once or not at all. Throw ConfigError, std::system_error,
// FileChanged.
void save_trim(const std::string& path, const std::string& name, Duration trim);
void save_gain(const std::string& path, const std::string& name, double gain_db);

// Milliseconds as in the configuration: "12.5", "-3.0".
[[nodiscard]] std::string trim_text(Duration trim);
// Decibels as in the configuration.
[[nodiscard]] std::string gain_text(double gain_db);

}  // namespace tandem
