// SPDX-License-Identifier: GPL-3.0-or-later
// Another program whose standard output is read here. Thread: the caller's.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tandem/base/owned_fd.hpp"

namespace tandem {

class ChildProcess {
  public:
    // What becomes of its standard error.
    enum class Errors { shown, hidden };

    // Starts `command` (a file or a name in the path, then its arguments), with no signal blocked.
    // Throws std::system_error where that is not possible.
    ChildProcess(std::vector<std::string> command, Errors errors);
    ~ChildProcess();  // one that still runs is ended
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    // Its standard output, blocking.
    [[nodiscard]] int output() const { return output_.get(); }
    // Waits for its end; the exit status, or -1 if a signal ended it.
    int wait();

  private:
    pid_t pid_ = -1;
    OwnedFd output_;
};

}  // namespace tandem
