// SPDX-License-Identifier: GPL-3.0-or-later
// SIGINT and SIGTERM as an event of the loop. Thread: the loop's, before others are started.
#pragma once

#include <sys/epoll.h>
#include <sys/signalfd.h>

#include <csignal>
#include <functional>
#include <utility>

#include "tandem/bus/loop.hpp"
#include "tandem/link/owned_fd.hpp"

namespace tandem {

class EndSignals {
  public:
    EndSignals(Loop& loop, std::function<void()> ended) {
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals, nullptr);
        fd_ = OwnedFd{signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)};
        watch_ = loop.watch(fd_.get(), EPOLLIN, [ended = std::move(ended)](auto) { ended(); });
    }

  private:
    OwnedFd fd_;
    Loop::Handle watch_;
};

}  // namespace tandem
