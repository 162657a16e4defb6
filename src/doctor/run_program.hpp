// SPDX-License-Identifier: GPL-3.0-or-later
// Output of other programs. Private to the room. Thread: any.
#pragma once

#include <string>
#include <vector>

namespace tandem {

// Runs `command` (a path or a name to look up in $PATH, then its arguments), waits for it, and
// returns its standard output, up to 1 MiB; empty if it cannot be run.
[[nodiscard]] std::string output_of(std::vector<std::string> command);

}  // namespace tandem
