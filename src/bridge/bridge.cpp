// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/bridge.hpp"

#include <optional>
#include <utility>

#include "tandem/base/clock.hpp"
#include "tandem/bluez/sink_control.hpp"
#include "tandem/bridge/report.hpp"

namespace tandem {
namespace {

// A pause between two pieces of music is no silence to page in.
constexpr Duration kQuiet = std::chrono::seconds{5};
constexpr Duration kGoodbye = std::chrono::milliseconds{1500};

StreamTarget target_of(const Config& config) {
    return {config.capture.rate, config.profile, config.bitpool};
}

std::vector<SinkConfig> virtual_sinks_of(const Config& config) {
    std::vector<SinkConfig> sinks = config.sinks;
    std::erase_if(sinks, [](const SinkConfig& sink) { return !sink.is_virtual(); });
    return sinks;
}

}  // namespace

Bridge::Bridge(Loop& loop, BusConnection& bus, StateFile& state, const Config& config,
               Streams::MakeEngine make_engine)
    : loop_(loop),
      started_(now_monotonic()),
      roster_(
          {loop, state, [this] { streams_.plan(); },
           [this](const std::string& sink, int level) { sink_control_->set_volume(sink, level); }}),
      streams_(loop, config_, roster_, std::move(make_engine)),
      capture_([this](auto capture) { streams_.set_capture(std::move(capture)); }),
      rest_(config_, roster_, streams_),
      teller_(loop, bluetooth_),
      virtual_sinks_(*this),
      sink_control_(std::make_unique<SinkControl>(loop, bus, *this)) {
    apply(config);
}

Bridge::~Bridge() {
    sink_control_.reset();
    streams_.detach_all();
}

void Bridge::close(const std::function<void()>& done) {
    sink_control_->close(kGoodbye, done);
}

void Bridge::apply(const Config& config) {
    const bool new_engine = !streams_.has_engine() || config.capture.rate != config_.capture.rate;
    const bool new_streams = new_engine || target_of(config) != target_of(config_);
    const bool new_capture = new_engine || config.capture != config_.capture;
    // What can fail comes first, while all that is in force still is.
    auto engine = new_engine ? streams_.make_engine(config.capture.rate) : nullptr;
    auto models = virtual_sinks_.prepare(virtual_sinks_of(config), target_of(config));

    if (new_streams) streams_.detach_all();
    config_ = config;
    if (engine) {
        streams_.run(std::move(engine));
        teller_.engine_began();
    }
    streams_.configure(new_streams);
    if (new_capture) capture_.open(config_.capture, now_monotonic());
    rest_.configure();
    configure_sinks(std::move(models));
    streams_.plan();
    looks_ = loop_.every(rest_.is_possible() ? Rest::kLook : LinkWatch::kLook, [this] { look(); });
}

void Bridge::configure_sinks(VirtualSinks::Prepared models) {
    roster_.configure(config_.sinks, config_.volume_buttons,
                      [this](Sink& sink) { streams_.detach(sink); });
    std::vector<SinkTarget> speakers;
    for (Sink& sink : roster_) {
        streams_.put_in_force(sink);
        if (sink.on_air)
            speakers.push_back({sink.config.name, sink.config.address, sink.config.adapter});
    }
    sink_control_->configure(std::move(speakers), target_of(config_));
    release_speakers(now_monotonic());
    virtual_sinks_.configure(std::move(models));
}

void Bridge::state_changed(const std::string& name, SinkState state, const Reason& reason) {
    Sink* sink = roster_.find(name);
    if (!sink || !sink->change_state(state, reason)) return;
    // The stream that was to follow one that was begun anew does not come.
    const bool gone = state == SinkState::absent || state == SinkState::failed;
    if (gone && std::exchange(sink->begun_anew, std::nullopt)) streams_.plan();
    teller_.sink_changed(*sink);
}

void Bridge::stream_started(const std::string& name, AcquiredTransport transport) {
    if (Sink* sink = roster_.find(name)) rest_.stream_started(*sink, std::move(transport));
}

void Bridge::stream_stopped(const std::string& name) {
    rest_.stream_stopped(name);
    // What it reported stays the best guess until the next report: most come back with the same.
    if (Sink* sink = roster_.find(name)) streams_.detach(*sink);
    streams_.plan();
}

void Bridge::delay_reported(const std::string& name, Duration latency) {
    Sink* sink = roster_.find(name);
    if (sink && sink->latency.reported(latency)) streams_.plan();
}

void Bridge::volume_reported(const std::string& name, std::optional<int> level) {
    if (Sink* sink = roster_.find(name)) sink->volume.reported(level);
}

void Bridge::bluetooth_changed(const Reason& reason) {
    if (reason == bluetooth_) return;
    bluetooth_ = reason;
    teller_.bluetooth_changed();
}

// Those that are to be, and takes back those whose time is over.
void Bridge::release_speakers(Time now) {
    for (Sink& sink : roster_) {
        if (sink.released_until && now >= *sink.released_until) {
            sink.released_until.reset();
            teller_.taken_back(sink);
        }
        if (sink.on_air)
            sink_control_->set_released(sink.config.name, sink.released_until.has_value());
    }
}

// All see the same moment.
void Bridge::look() {
    const EngineSnapshot engine = streams_.snapshot();
    const Time now = now_monotonic();
    const Duration silent =
        duration_of(engine.position - engine.intake.newest_sound, config_.capture.rate);
    capture_.step(engine, now);
    release_speakers(now);
    sink_control_->set_quiet(silent >= kQuiet);
    streams_.look(engine, silent, now, *sink_control_);
    rest_.look(silent, now, *sink_control_);
    teller_.look(roster_, engine, capture_, now);
}

BridgeStatus Bridge::status() {
    return report({config_, roster_, streams_, capture_, bluetooth_}, streams_.snapshot(), started_,
                  now_monotonic());
}

}  // namespace tandem
