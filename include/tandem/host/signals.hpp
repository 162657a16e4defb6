// SPDX-License-Identifier: GPL-3.0-or-later
// Signals for a loop: read from a descriptor, in place of handlers.
#pragma once

#include <initializer_list>

#include "tandem/base/owned_fd.hpp"

namespace tandem {

// A descriptor that is readable once one of `numbers` has come (signalfd(2), non-blocking); they do
// nothing else any more. To be called before other threads are started. Throws std::system_error.
[[nodiscard]] OwnedFd take_signals(std::initializer_list<int> numbers);

}  // namespace tandem
