// SPDX-License-Identifier: GPL-3.0-or-later
// The other end of io.tandem.Bridge1, for command line programs: each function waits for its
// answer. Thread: the caller's, one at a time.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "tandem/base/units.hpp"
#include "tandem/bus/value.hpp"
#include "tandem/remote/bridge_commands.hpp"

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
    // Makes the service read its configuration again.
    void reload() const;
    // Makes the trim of `sink` `trim`, or `by` more than it is.
    TrimChange set_trim(const std::string& sink, Duration trim) const;
    TrimChange adjust_trim(const std::string& sink, Duration by) const;
    // The trim in force stands in the configuration file now.
    void confirm_trim(const std::string& sink) const;
    // The same for gains, in decibels.
    GainChange set_gain(const std::string& sink, double gain_db) const;
    GainChange adjust_gain(const std::string& sink, double by_db) const;
    void confirm_gain(const std::string& sink) const;
    void set_mute(const std::string& sink, bool on) const;
    // Makes the volume of `sink`, or of all if it is empty, `percent`, or `by` more than it is.
    std::vector<VolumeChange> set_volume(const std::string& sink, int percent) const;
    std::vector<VolumeChange> adjust_volume(const std::string& sink, int by) const;
    // Clicks in all that play; their names.
    std::vector<std::string> click(int count) const;
    // Three tones in `sink` alone.
    void identify(const std::string& sink) const;

  private:
    // Calls a method that answers with values of the types `out`.
    std::vector<Value> call(const std::string& method, std::vector<Value> arguments,
                            const std::string& out) const;
    TrimChange change_trim(const std::string& method, const std::string& sink,
                           Duration amount) const;
    std::vector<VolumeChange> change_volume(const std::string& method, const std::string& sink,
                                            int amount) const;
    GainChange change_gain(const std::string& method, const std::string& sink,
                           double amount_db) const;

    std::string address_;
    Duration limit_;
};

}  // namespace tandem
