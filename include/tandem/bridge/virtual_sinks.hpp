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

    // Makes `sinks` the virtual ones. What did not change plays on; a change of `stream` begins all
    // anew. Throws std::system_error or WavError.
    void configure(const std::vector<SinkConfig>& sinks, const StreamTarget& stream);

  private:
    void start(const SinkConfig& sink);

    struct Running {
        VirtualSinkConfig config;
        std::unique_ptr<VirtualSink> sink;
    };
    SinkEvents& events_;
    Time epoch_;  // the time axis that all have in common
    StreamTarget stream_;
    std::map<std::string, Running> running_;
};

}  // namespace tandem
