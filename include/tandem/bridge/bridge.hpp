// SPDX-License-Identifier: GPL-3.0-or-later
// Joins configuration, sources of sinks and engine. The parts do the work; here events and time are
// handed to them. Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tandem/bluez/sink_events.hpp"
#include "tandem/bridge/capture_keeper.hpp"
#include "tandem/bridge/rest.hpp"
#include "tandem/bridge/roster.hpp"
#include "tandem/bridge/streams.hpp"
#include "tandem/bridge/teller.hpp"
#include "tandem/bridge/virtual_sinks.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/config/config.hpp"
#include "tandem/status/status.hpp"

namespace tandem {

class BusConnection;

class Bridge final : public SinkEvents {
  public:
    // Starts the engine, the capture and the sinks of `config`. `bus` may be disconnected; `state`
    // must outlive this. Throws as apply().
    Bridge(Loop& loop, BusConnection& bus, StateFile& state, const Config& config,
           Streams::MakeEngine make_engine = Streams::start_engine);
    ~Bridge() override;

    // Puts `config` in force; what did not change plays on. If a part of it cannot be had, changes
    // nothing and throws std::runtime_error, with a sentence.
    void apply(const Config& config);

    // Ends all streams in order, for the end of the process; `done` is called soon after, within
    // a second and a half.
    void close(const std::function<void()>& done);

    [[nodiscard]] Roster& roster() { return roster_; }
    [[nodiscard]] Streams& streams() { return streams_; }
    [[nodiscard]] BridgeStatus status();

  private:
    void state_changed(const std::string& sink, SinkState state, const Reason& reason) override;
    void stream_started(const std::string& sink, AcquiredTransport transport) override;
    void stream_stopped(const std::string& sink) override;
    void delay_reported(const std::string& sink, Duration latency) override;
    void volume_reported(const std::string& sink, std::optional<int> level) override;
    void bluetooth_changed(const Reason& reason) override;
    void noticed(const Reason& what) override { Teller::noticed(what); }

    void configure_sinks(VirtualSinks::Prepared models);
    void release_speakers(Time now);
    void look();

    Loop& loop_;
    const Time started_;
    Config config_;     // in force
    Reason bluetooth_;  // trouble that belongs to no single sink
    Roster roster_;
    Streams streams_;
    CaptureKeeper capture_;
    Rest rest_;
    Teller teller_;
    VirtualSinks virtual_sinks_;
    std::unique_ptr<SinkControl> sink_control_;
    Loop::Handle looks_;
};

}  // namespace tandem
