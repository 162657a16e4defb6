// SPDX-License-Identifier: GPL-3.0-or-later
// The other end of io.tandem.Bridge1, for command line programs: each function waits for its
// answer. Thread: the caller's, one at a time.
#pragma once

#include <stdexcept>
#include <string>

#include "tandem/timing/units.hpp"

namespace tandem {

// what() is one sentence: not running, access denied, configuration refused ...
class BridgeClientError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class BridgeClient {
  public:
    // `address`: the bus; empty = the system bus.
    explicit BridgeClient(std::string address = {}, Duration limit = std::chrono::seconds(10));
    // The status as JSON. Throws BridgeClientError.
    [[nodiscard]] std::string get_status() const;
    [[nodiscard]] std::string get_version() const;
    // Makes the service read its configuration again. Throws BridgeClientError.
    void reload() const;

  private:
    std::string address_;
    Duration limit_;
};

}  // namespace tandem
