// SPDX-License-Identifier: GPL-3.0-or-later
// Joins configuration, sink control and engine: makes a chain for each transport, keeps the delay
// plan, the capture and the status. Thread: control.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tandem/a2dp/adaptation.hpp"
#include "tandem/bluez/sink_control.hpp"
#include "tandem/bluez/sink_events.hpp"
#include "tandem/bridge/capture_keeper.hpp"
#include "tandem/bridge/idle_watch.hpp"
#include "tandem/bridge/last_minute.hpp"
#include "tandem/bridge/sink_latency.hpp"
#include "tandem/bridge/sink_volume.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/config/config.hpp"
#include "tandem/config/gain.hpp"
#include "tandem/config/trim.hpp"
#include "tandem/engine/engine_thread.hpp"
#include "tandem/link/link_watch.hpp"
#include "tandem/model/virtual_sink.hpp"
#include "tandem/remote/commands.hpp"
#include "tandem/status/status.hpp"
#include "tandem/timing/cadence.hpp"
#include "tandem/timing/delay_plan.hpp"

namespace tandem {

class BusConnection;

class Bridge final : public SinkEvents {
  public:
    // Starts the engine, the capture and the sinks of `config`. `bus` may be disconnected; `state`
    // must outlive this. Throws std::system_error when no thread can be had.
    Bridge(Loop& loop, BusConnection& bus, StateFile& state, const Config& config);
    ~Bridge() override;

    // Makes `config` the one in force; what did not change plays on.
    void apply(const Config& config);

    // Ends all streams in order, for the end of the process; `done` is called soon after, within
    // a second and a half.
    void close(const std::function<void()>& done);

    // Makes the trim of `sink` `trim`, or `by` more than it is, until tandemd ends or the
    // configured one changes. Throws BridgeRefusal.
    TrimChange set_trim(const std::string& sink, Duration trim);
    TrimChange adjust_trim(const std::string& sink, Duration by);
    // The configuration has now `configured` for the trim of `sink`. Throws BridgeRefusal.
    void trim_saved(const std::string& sink, Duration configured);
    // Makes the gain of `sink` `gain_db`, or `by_db` more than it is, with the same end. Throws
    // BridgeRefusal.
    GainChange set_gain(const std::string& sink, double gain_db);
    GainChange adjust_gain(const std::string& sink, double by_db);
    // The configuration has now `configured_db` for the gain of `sink`. Throws BridgeRefusal.
    void gain_saved(const std::string& sink, double configured_db);
    // Silences `sink`, or ends that, until tandemd ends. Throws BridgeRefusal.
    void set_mute(const std::string& sink, bool on);
    // Makes the volume of `sink`, or of all that have one if it is empty, `percent`, or `by` more
    // than it is. All together move by as much as each of them can, so that their balance stays.
    // Throws BridgeRefusal.
    std::vector<VolumeChange> set_volume(const std::string& sink, int percent);
    std::vector<VolumeChange> adjust_volume(const std::string& sink, int by);
    // Clicks in all that play, `count` of them a second apart; gives their names. Throws
    // BridgeRefusal when none plays.
    std::vector<std::string> click(std::uint32_t count);
    // Three tones in `sink` alone, within two seconds. Throws BridgeRefusal when it does not play.
    void identify(const std::string& sink);

    [[nodiscard]] BridgeStatus status();
    // True if the engine made a step since the last call: what the watchdog is told.
    [[nodiscard]] bool engine_alive();

  private:
    // A transport that is in use.
    struct Stream {
        SbcConfig sbc;  // as negotiated; what is sent may have a lower bitpool, see `adaptation`
        std::size_t write_mtu = 0;
        int frames_per_packet = 0;
        Cadence cadence{};
        BitpoolAdaptation adaptation;
        LinkWatch link{};
    };
    struct Sink {
        Sink(const SinkConfig& configured, std::size_t free_slot, Bridge& bridge);

        SinkConfig config;
        std::size_t slot;  // the engine's chain
        SinkState state = SinkState::absent;
        Reason reason;
        Time since{};
        std::pair<SinkState, Reason> told{SinkState::absent, {}};  // by the last log line
        Loop::Handle tell;
        SinkLatency latency;
        Trim trim;
        Gain gain;
        SinkVolume volume;
        std::optional<Stream> stream;
        int usual_frames = 0;  // SBC frames a packet of the stream before; 0: none yet
        std::unique_ptr<VirtualSink> virtual_sink;
        std::unique_ptr<LinkMeter> meter;  // of a stream; null: its socket has no controller
        Duration delay{};
        ChainCounters before;              // of the streams that ended
        Time not_anew_until{};             // see ChainSettings
        std::optional<Stream> begun_anew;  // until the one that follows it is there
        std::uint64_t dropped_told = 0;    // drops that were in a log line
        LastMinute drops;
    };

    void state_changed(const std::string& sink, SinkState state, const Reason& reason) override;
    void stream_started(const std::string& sink, AcquiredTransport transport) override;
    void stream_stopped(const std::string& sink) override;
    void delay_reported(const std::string& sink, Duration latency) override;
    void volume_reported(const std::string& sink, std::optional<int> level) override;
    void bluetooth_changed(const Reason& reason) override;
    void noticed(const Reason& what) override;

    void tell_state(Sink& sink);
    void start_engine();
    void apply_sinks(const std::vector<SinkConfig>& wanted);
    void start_virtual(Sink& sink);
    [[nodiscard]] Sink* find(const std::string& name);
    [[nodiscard]] Sink& named(const std::string& name);
    // Those whose volume can be set: the one of that name, or all of them. Throws BridgeRefusal.
    [[nodiscard]] std::vector<Sink*> with_volume(const std::string& name);
    std::vector<VolumeChange> move_volumes(const std::vector<Sink*>& sinks,
                                           const std::function<int(int percent)>& to);
    [[nodiscard]] std::size_t free_slot() const;
    void attach(Sink& sink, AcquiredTransport transport);
    void detach(Sink& sink);
    [[nodiscard]] Cadence cadence_of(const SbcConfig& sbc, int frames) const;
    [[nodiscard]] Duration source_latency(const Sink& sink) const;
    [[nodiscard]] static Duration air_saved(const Sink& sink);
    [[nodiscard]] Latency latency(const Sink& sink) const;
    void put_gain_in_force(const Sink& sink);
    void settle_guard();
    void plan();
    void configure_idle();
    void watch_idle();
    void watch_capture();
    void rest();
    void wake();
    [[nodiscard]] bool all_are_back() const;
    void play_together();
    void watch_engine();
    [[nodiscard]] static bool has_radio(const Sink& sink, const EngineSnapshot& engine);
    void watch_links();
    void watch_link(Sink& sink, const ChainCounters& counters);
    void adapt(Sink& sink, const ChainCounters& chain);
    [[nodiscard]] SinkKnowledge knowledge_of(const Sink& sink) const;
    [[nodiscard]] static BitpoolAdaptation adaptation_for(Sink& sink, const SbcConfig& sbc);
    void count_last_minute(const EngineSnapshot& engine);
    [[nodiscard]] static Reason quality_of(const Sink& sink);
    void summarise();
    [[nodiscard]] ChainCounters totals(const Sink& sink);
    [[nodiscard]] SinkStatus status_of(const Sink& sink);
    [[nodiscard]] CaptureStatusReport status_of_capture(const EngineSnapshot& engine) const;
    // By how much the speakers that play are apart, as far as this end can know.
    [[nodiscard]] std::optional<double> skew_ms(const EngineSnapshot& engine) const;
    [[nodiscard]] std::string summary(const EngineSnapshot& engine) const;

    Loop& loop_;
    StateFile& state_;
    Config config_;
    std::unique_ptr<EngineThread> engine_;
    CaptureKeeper capture_;
    std::vector<std::unique_ptr<Sink>> sinks_;
    Reason bluetooth_;
    Reason bluetooth_told_;
    Loop::Handle tell_bluetooth_;
    Time started_;
    Time epoch_;        // the common time axis of virtual sinks
    Duration guard_{};  // of all chains: a different one would keep them from sharing an encoder
    std::uint64_t steps_seen_ = 0;
    IntakeCounters intake_told_;
    LastMinute clippings_;
    std::unique_ptr<SinkControl> sink_control_;
    IdleWatch idle_;
    std::vector<std::string> rested_;  // the sinks whose streams rest, or wake
    std::optional<Time> waking_since_;
    std::map<std::string, AcquiredTransport> held_;  // back already, while others still wake
    Loop::Handle look_idle_;
    Loop::Handle look_capture_;
    Loop::Handle look_links_;
    Loop::Handle watch_;
    Loop::Handle summarise_;
};

}  // namespace tandem
