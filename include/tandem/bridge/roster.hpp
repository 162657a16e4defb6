// SPDX-License-Identifier: GPL-3.0-or-later
// The configured sinks, in the order of the configuration. Thread: control.
#pragma once

#include <functional>
#include <list>
#include <string>
#include <vector>

#include "tandem/bridge/sink.hpp"

namespace tandem {

class Roster {
  public:
    explicit Roster(Sink::Surroundings around) : around_(std::move(around)) {}

    // Makes `wanted` the sinks. One whose way to the speaker is the same stays what it is; for each
    // that goes, `leaves` is called first.
    void configure(const std::vector<SinkConfig>& wanted, VolumeButtons buttons,
                   const std::function<void(Sink&)>& leaves);

    // Null: there is none of that name.
    [[nodiscard]] Sink* find(const std::string& name);

    [[nodiscard]] auto begin() { return sinks_.begin(); }
    [[nodiscard]] auto end() { return sinks_.end(); }
    [[nodiscard]] auto begin() const { return sinks_.begin(); }
    [[nodiscard]] auto end() const { return sinks_.end(); }
    [[nodiscard]] std::size_t size() const { return sinks_.size(); }

  private:
    void configure_one(const SinkConfig& config);
    [[nodiscard]] std::size_t free_slot() const;

    Sink::Surroundings around_;
    std::list<Sink> sinks_;  // none ever moves: timers know them
};

}  // namespace tandem
