// SPDX-License-Identifier: GPL-3.0-or-later
// What users do to a running bridge by hand. The bridge obeys these commands; over the message bus
// they are the methods of io.tandem.Bridge1 (remote/command_methods.hpp). Thread: one.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "tandem/base/units.hpp"

namespace tandem {

struct TrimChange {
    Duration before{};
    Duration now{};
};

struct GainChange {
    double before_db = 0;
    double now_db = 0;
};

// In percent of what the speaker can do.
struct VolumeChange {
    std::string sink;
    int before = 0;
    int now = 0;
};

// what() is one sentence: why a command was not obeyed, and what to do.
class BridgeRefusal : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// The same of a configuration that was not put in force.
class ConfigRefusal : public BridgeRefusal {
  public:
    using BridgeRefusal::BridgeRefusal;
};

inline constexpr int kMostClicks = 60;

// All throw BridgeRefusal; a client's also throw BridgeClientError. What is set lasts until tandemd
// ends or the configured value changes.
class Commands {
  public:
    virtual ~Commands() = default;
    // Puts the configuration file in force; if that cannot be done, throws ConfigRefusal and
    // changes nothing.
    virtual void reload() = 0;

    // Sets the trim of `sink`, or changes it by some.
    virtual TrimChange set_trim(const std::string& sink, Duration trim) = 0;
    virtual TrimChange adjust_trim(const std::string& sink, Duration by) = 0;
    // The caller has written the trim in force to the configuration file.
    virtual void confirm_trim(const std::string& sink) = 0;

    // The same for gains, in decibels.
    virtual GainChange set_gain(const std::string& sink, double gain_db) = 0;
    virtual GainChange adjust_gain(const std::string& sink, double by_db) = 0;
    virtual void confirm_gain(const std::string& sink) = 0;

    virtual void set_mute(const std::string& sink, bool on) = 0;

    // Sets the volume of `sink`, or of all that have one if it is empty, in percent, or changes it
    // by some. All together move by as much as each of them can, so that their balance stays.
    virtual std::vector<VolumeChange> set_volume(const std::string& sink, int percent) = 0;
    virtual std::vector<VolumeChange> adjust_volume(const std::string& sink, int by) = 0;

    // Lets other devices have the speaker of `sink`, for so many seconds; for 0, until take().
    virtual void release(const std::string& sink, std::uint32_t seconds) = 0;
    // Takes it back.
    virtual void take(const std::string& sink) = 0;

    // Plays `count` clicks, one second apart, on all sinks that play; returns their names.
    virtual std::vector<std::string> click(std::uint32_t count) = 0;
    // Plays three tones on `sink` alone, within two seconds.
    virtual void identify(const std::string& sink) = 0;
};

}  // namespace tandem
