// SPDX-License-Identifier: GPL-3.0-or-later
// What the caller is told: documented in tandemctl(1).
#pragma once

namespace tandem {

enum ExitCode : int {
    exit_ok = 0,
    exit_failed = 1,
    exit_usage = 2,
    exit_not_running = 3,
    exit_denied = 4,
    exit_config = 78,  // EX_CONFIG
};

}  // namespace tandem
