// SPDX-License-Identifier: GPL-3.0-or-later
// The way to the engine: a chain for each transport, the guard, the cadences and the delay plan,
// and what follows from how the links do. Thread: control.
#pragma once

#include <functional>
#include <memory>

#include "tandem/bridge/pace.hpp"
#include "tandem/bridge/roster.hpp"
#include "tandem/config/config.hpp"
#include "tandem/engine/engine_thread.hpp"

namespace tandem {

class SinkControl;

class Streams {
  public:
    using MakeEngine = std::function<std::unique_ptr<EngineThread>(SampleRate)>;

    [[nodiscard]] static std::unique_ptr<EngineThread> start_engine(SampleRate rate) {
        return std::make_unique<EngineThread>(rate);
    }

    // `config` is the one in force; it and `roster` must outlive this. `make` throws
    // std::system_error.
    Streams(Loop& loop, const Config& config, Roster& roster, MakeEngine make)
        : loop_(loop), config_(config), roster_(roster), make_(std::move(make)) {}

    // Makes an engine for run(). If that cannot be done, throws std::runtime_error, with a
    // sentence.
    [[nodiscard]] std::unique_ptr<EngineThread> make_engine(SampleRate rate) const;
    // Takes a new engine, which has no chains; the one before ends.
    void run(std::unique_ptr<EngineThread> engine);
    [[nodiscard]] bool has_engine() const { return engine_ != nullptr; }
    // Follows `config`; with `new_streams`, no stream may be left of the one before.
    void configure(bool new_streams);
    // Ends all streams.
    void detach_all();

    void attach(Sink& sink, AcquiredTransport transport);
    // When this returns, nothing uses the socket of the stream of `sink`, if it had one.
    void detach(Sink& sink);
    // Works out all delays and puts them in force.
    void plan();
    // Puts gain and role of `sink` in force.
    void put_in_force(Sink& sink);
    void click(int count);
    void identify(const Sink& sink);
    void set_capture(std::unique_ptr<Capture> capture);

    // Looks at all links, and at how much they carry. `silent`: for so long the input is.
    void look(const EngineSnapshot& engine, Duration silent, Time now, SinkControl& sink_control);

    [[nodiscard]] const EngineSnapshot& snapshot() { return engine_->snapshot(); }
    [[nodiscard]] bool is_realtime() const { return engine_->is_realtime(); }
    // Whether the engine made a step since the last call.
    [[nodiscard]] bool made_a_step();
    // Of all chains: a different one would keep them from sharing an encoder.
    [[nodiscard]] Duration guard() const { return guard_; }
    // From the capture of a sample to the arrival of its packet at the speaker.
    [[nodiscard]] Duration source_latency(const Sink& sink) const;

  private:
    [[nodiscard]] Cadence cadence_of(const SbcConfig& sbc, int frames) const;
    void attach_chain(const Sink& sink, AcquiredTransport transport);
    void settle_guard();
    static void watch_link(Sink& sink, const ChainCounters& counters, SinkControl& sink_control);
    static void watch_doubt(Sink& sink, const ChainCounters& counters, Duration silent, Time now,
                            SinkControl& sink_control);
    static void begin_anew(Sink& sink, Time now, SinkControl& sink_control);
    void adapt(Sink& sink, const ChainCounters& chain);

    Loop& loop_;
    const Config& config_;
    Roster& roster_;
    MakeEngine make_;
    std::unique_ptr<EngineThread> engine_;
    Duration guard_{};
    std::uint64_t steps_seen_ = 0;
    Pace adapting_{std::chrono::seconds{1}};
};

}  // namespace tandem
