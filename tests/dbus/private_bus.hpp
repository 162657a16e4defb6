// SPDX-License-Identifier: GPL-3.0-or-later
// A message bus of the test's own: dbus-daemon on a socket in a fresh folder.
#pragma once

#include <sys/types.h>

#include <string>

namespace tandem::testing {

class PrivateBus {
  public:
    PrivateBus();  // on which everybody may do everything
    // `rules`: what busconfig(5) takes beside the bus's address.
    explicit PrivateBus(const std::string& rules);
    // Other rules, which are in force once the bus is told to read its configuration again.
    void write_rules(const std::string& rules) const;
    ~PrivateBus();
    PrivateBus(const PrivateBus&) = delete;
    PrivateBus& operator=(const PrivateBus&) = delete;

    [[nodiscard]] const std::string& address() const { return address_; }
    void kill();    // at once, as in a crash
    void start();   // again, at the same address
    void freeze();  // SIGSTOP
    void thaw();

  private:
    std::string folder_;
    std::string address_;
    pid_t pid_ = -1;
};

}  // namespace tandem::testing
