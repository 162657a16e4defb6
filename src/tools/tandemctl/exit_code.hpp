// SPDX-License-Identifier: GPL-3.0-or-later
// What the caller is told: documented in tandemctl(1).
#pragma once

#include <string>

namespace tandem {

enum ExitCode : int {
    exit_ok = 0,
    exit_failed = 1,
    exit_usage = 2,
    exit_not_running = 3,
    exit_denied = 4,
    exit_config = 78,  // EX_CONFIG
};

// Says what went wrong on the standard error output; gives `code` for the caller to return.
int complain(const std::string& sentence, ExitCode code);

}  // namespace tandem
