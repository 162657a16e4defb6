// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the process's memory resident, so that the engine never waits for a disk. Thread: control,
// before any other is started.
#pragma once

#include <optional>
#include <string>

namespace tandem {

// Locks all memory, also what is asked for later, and keeps what threads and allocations reserve
// small, since that counts too. Where the limit for locked memory (LimitMEMLOCK=) leaves no room
// for it nothing is locked, since later allocations would fail. Gives the reason why not, as a
// sentence.
[[nodiscard]] std::optional<std::string> lock_memory();

}  // namespace tandem
