// SPDX-License-Identifier: GPL-3.0-or-later
// The rest on long silence: gives the streams back, and with the first sound brings them up
// together. Thread: control.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tandem/bridge/idle_watch.hpp"
#include "tandem/bridge/streams.hpp"

namespace tandem {

class Rest {
  public:
    // look() wants to be called this often while there may be rest: the first sound waits for it.
    static constexpr Duration kLook = std::chrono::milliseconds{50};

    // `config` is the one in force; all must outlive this.
    Rest(const Config& config, Roster& roster, Streams& streams) noexcept
        : config_(config), roster_(roster), streams_(streams) {}

    // Follows `config`.
    void configure();
    [[nodiscard]] bool is_possible() const;

    // A transport is there: it begins its stream, or waits for those that still wake up.
    void stream_started(Sink& sink, AcquiredTransport transport);
    void stream_stopped(const std::string& sink) { held_.erase(sink); }

    // `silent`: since the newest sound.
    void look(Duration silent, Time now, SinkControl& sink_control);

  private:
    void rest(SinkControl& sink_control);
    [[nodiscard]] bool all_are_back() const;
    void play_together(Time now);

    const Config& config_;
    Roster& roster_;
    Streams& streams_;
    IdleWatch idle_;
    std::vector<std::string> rested_;  // the sinks whose streams rest, or wake
    std::optional<Time> waking_since_;
    std::map<std::string, AcquiredTransport> held_;  // back already, while others still wake
};

}  // namespace tandem
