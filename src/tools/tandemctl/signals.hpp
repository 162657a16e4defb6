// SPDX-License-Identifier: GPL-3.0-or-later
// Signals as events of the loop. Thread: the loop's, before others are started.
#pragma once

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <initializer_list>
#include <utility>

#include "tandem/base/owned_fd.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/host/signals.hpp"

namespace tandem {

class SignalWatch {
  public:
    SignalWatch(Loop& loop, std::initializer_list<int> numbers, std::function<void()> came)
        : fd_(take_signals(numbers)) {
        watch_ = loop.watch(fd_.get(), EPOLLIN, [this, came = std::move(came)](auto) {
            signalfd_siginfo info{};
            if (read(fd_.get(), &info, sizeof info) == sizeof info) came();
        });
    }

  private:
    OwnedFd fd_;
    Loop::Handle watch_;
};

// SIGINT and SIGTERM.
class EndSignals : public SignalWatch {
  public:
    EndSignals(Loop& loop, std::function<void()> ended)
        : SignalWatch(loop, {SIGINT, SIGTERM}, std::move(ended)) {}
};

}  // namespace tandem
