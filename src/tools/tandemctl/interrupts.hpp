// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl-C, SIGTERM and a terminal that goes away, as a descriptor that stays readable once one came.
// Thread: the main one, before others are started.
#pragma once

#include <poll.h>
#include <sys/signalfd.h>

#include <csignal>

#include "tandem/link/owned_fd.hpp"

namespace tandem {

class Interrupts {
  public:
    Interrupts() {
        sigset_t signals;
        sigemptyset(&signals);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP})
            sigaddset(&signals, signal);
        pthread_sigmask(SIG_BLOCK, &signals, nullptr);
        fd_ = OwnedFd{signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)};
    }
    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] bool came() const {
        pollfd look{fd_.get(), POLLIN, 0};
        return !ignored_ && ::poll(&look, 1, 0) > 0;
    }
    // From now on none has come.
    void ignore() { ignored_ = true; }
    [[nodiscard]] bool ignored() const { return ignored_; }

  private:
    OwnedFd fd_;
    bool ignored_ = false;
};

}  // namespace tandem
