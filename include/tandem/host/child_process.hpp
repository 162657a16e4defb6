// SPDX-License-Identifier: GPL-3.0-or-later
// A child process whose standard output is read. Thread: the caller's.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tandem/base/owned_fd.hpp"

namespace tandem {

class ChildProcess {
  public:
    // What happens to its standard error.
    enum class Errors { shown, hidden };

    // Starts `command` (a path or a name to look up in $PATH, then its arguments), with no signals
    // blocked. Throws std::system_error.
    ChildProcess(std::vector<std::string> command, Errors errors);
    ~ChildProcess();  // kills it if it is still running
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    // Its standard output, blocking.
    [[nodiscard]] int output() const { return output_.get(); }
    // Waits for it to end. Returns its exit status, or -1 if a signal killed it.
    int wait();

  private:
    pid_t pid_ = -1;
    OwnedFd output_;
};

}  // namespace tandem
