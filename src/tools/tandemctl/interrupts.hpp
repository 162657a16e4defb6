// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl-C, SIGTERM and a terminal that goes away, as a descriptor that stays readable once one came.
// Thread: the main one, before others are started.
#pragma once

#include <poll.h>

#include <csignal>

#include "tandem/host/signals.hpp"

namespace tandem {

class Interrupts {
  public:
    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] bool came() const {
        pollfd look{fd_.get(), POLLIN, 0};
        return !ignored_ && ::poll(&look, 1, 0) > 0;
    }
    // From now on none has come.
    void ignore() { ignored_ = true; }

  private:
    OwnedFd fd_ = take_signals({SIGINT, SIGTERM, SIGHUP});
    bool ignored_ = false;
};

}  // namespace tandem
