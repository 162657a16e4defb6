// SPDX-License-Identifier: GPL-3.0-or-later
// Another program's answer. Private to the room. Thread: any.
#pragma once

#include <string>
#include <vector>

namespace tandem {

// The standard output of `command` (a file or a name in the path, then its arguments), at most
// 1 MiB; empty where it cannot be run. Waits for its end.
[[nodiscard]] std::string output_of(std::vector<std::string> command);

}  // namespace tandem
