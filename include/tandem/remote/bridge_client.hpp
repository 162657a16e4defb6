// SPDX-License-Identifier: GPL-3.0-or-later
// The other end of io.tandem.Bridge1, for command line programs: each function waits for its
// answer. Thread: the caller's, one at a time.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "tandem/base/units.hpp"
#include "tandem/remote/commands.hpp"

namespace tandem {

// What kept the service from answering well: a program's exit status follows from it.
enum class BridgeTrouble { not_running, denied, config, other };

// what() is one sentence: not running, access denied, configuration refused ...
class BridgeClientError : public std::runtime_error {
  public:
    BridgeClientError(BridgeTrouble trouble, const std::string& sentence)
        : std::runtime_error(sentence), trouble_(trouble) {}
    [[nodiscard]] BridgeTrouble trouble() const noexcept { return trouble_; }

  private:
    BridgeTrouble trouble_;
};

class BridgeClient {
  public:
    // `address`: the bus; empty = the system bus.
    explicit BridgeClient(std::string address = {}, Duration limit = std::chrono::seconds(10));
    // All throw BridgeClientError.
    [[nodiscard]] std::string get_status() const;  // JSON
    [[nodiscard]] std::string get_version() const;
    [[nodiscard]] std::string get_config_file() const;  // an absolute path
    // Each call waits for its answer. Throws BridgeClientError, of what the service refuses as
    // well.
    [[nodiscard]] Commands& commands() const { return *commands_; }

  private:
    std::string address_;
    Duration limit_;
    std::unique_ptr<Commands> commands_;
};

}  // namespace tandem
