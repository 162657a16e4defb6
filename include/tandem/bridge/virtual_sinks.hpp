// SPDX-License-Identifier: GPL-3.0-or-later
// The virtual sinks: a source of sink events like sink control, of modelled speakers that are
// always there. Thread: control.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tandem/bluez/sink_events.hpp"
#include "tandem/config/config.hpp"
#include "tandem/model/virtual_sink.hpp"

namespace tandem {

class VirtualSinks {
  public:
    // `events` is called from inside configure() only, and must outlive this.
    explicit VirtualSinks(SinkEvents& events) noexcept : events_(events), epoch_(now_monotonic()) {}

    // What is to run, with those that have to be started made already.
    struct Prepared {
        std::vector<SinkConfig> sinks;
        StreamTarget stream;
        std::map<std::string, std::unique_ptr<VirtualSink>> made;
    };
    // Does all of a change to `sinks` and `stream` that can fail, and nothing that can be heard. If
    // one cannot be made, throws std::runtime_error, with a sentence.
    [[nodiscard]] Prepared prepare(std::vector<SinkConfig> sinks, const StreamTarget& stream) const;
    // Makes what is prepared the virtual sinks. What did not change plays on; a change of the
    // stream begins all anew.
    void configure(Prepared prepared);

  private:
    struct Running {
        VirtualSinkConfig config;
        std::unique_ptr<VirtualSink> sink;
    };
    [[nodiscard]] bool plays_on(const SinkConfig& sink, const StreamTarget& stream) const;
    [[nodiscard]] VirtualSink::Settings settings_for(const SinkConfig& sink,
                                                     const StreamTarget& stream) const;
    void start(const SinkConfig& sink, std::unique_ptr<VirtualSink> made);

    SinkEvents& events_;
    Time epoch_;  // the time axis that all have in common
    StreamTarget stream_;
    std::map<std::string, Running> running_;
};

}  // namespace tandem
