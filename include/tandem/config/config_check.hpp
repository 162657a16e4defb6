// SPDX-License-Identifier: GPL-3.0-or-later
// The check of a configuration by `tandemd --check` and `tandemctl check`. Thread: any.
#pragma once

#include <string>

namespace tandem {

// Returns "FILE: valid, 2 sinks: left, right". Throws ConfigError if the file has a mistake.
[[nodiscard]] std::string check_config(const std::string& path);

}  // namespace tandem
