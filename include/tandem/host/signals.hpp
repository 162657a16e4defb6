// SPDX-License-Identifier: GPL-3.0-or-later
// Signals for a loop, read from a descriptor instead of handled. Thread: the main one.
#pragma once

#include <initializer_list>

#include "tandem/base/owned_fd.hpp"

namespace tandem {

// Returns a non-blocking signalfd(2) for `numbers`, and blocks these signals otherwise. Call it
// before starting other threads. Throws std::system_error.
[[nodiscard]] OwnedFd take_signals(std::initializer_list<int> numbers);

}  // namespace tandem
