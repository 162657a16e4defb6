// SPDX-License-Identifier: GPL-3.0-or-later
// Configuration and the life of the sinks; streams and status are in files of their own.
#include "tandem/bridge/bridge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tandem/a2dp/capabilities.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/bluez/reasons.hpp"
#include "tandem/host/log.hpp"
#include "tandem/host/systemd.hpp"

namespace tandem {
namespace {

constexpr Duration kWatch = std::chrono::seconds{1};
constexpr Duration kSummary = std::chrono::minutes{1};
// A pause between two pieces of music is no silence to page in.
constexpr Duration kQuiet = std::chrono::seconds{5};
constexpr Duration kGoodbye = std::chrono::milliseconds{1500};
// What lasts no longer is no event: connecting, or an adapter that is being brought up.
constexpr Duration kSettle = std::chrono::milliseconds{1500};

// Whether a stream that plays can be kept although the sink's settings changed.
bool same_transport(const SinkConfig& a, const SinkConfig& b) {
    return a.address == b.address && a.adapter == b.adapter && a.virtual_sink == b.virtual_sink;
}

}  // namespace

Bridge::Sink::Sink(const SinkConfig& configured, std::size_t free_slot, Bridge& bridge)
    : config(configured),
      slot(free_slot),
      since(now_monotonic()),
      latency(bridge.loop_, bridge.state_, configured, [&bridge] { bridge.plan(); }),
      trim(configured.trim),
      gain(configured.gain_db),
      volume(bridge.loop_, bridge.state_, configured, [&bridge, name = configured.name](int level) {
          bridge.sink_control_->set_volume(name, level);
      }) {}

Bridge::Bridge(Loop& loop, BusConnection& bus, StateFile& state, const Config& config)
    : loop_(loop),
      state_(state),
      capture_([this](auto capture) { engine_->set_capture(std::move(capture)); }),
      started_(now_monotonic()),
      epoch_(started_),
      sink_control_(std::make_unique<SinkControl>(loop, bus, *this)) {
    config_.capture.rate = SampleRate{0};  // so that apply() starts the engine
    apply(config);
    look_capture_ = loop_.every(CaptureKeeper::kLook, [this] { watch_capture(); });
    look_links_ = loop_.every(LinkWatch::kLook, [this] { watch_links(); });
    watch_ = loop_.every(kWatch, [this] { watch_engine(); });
    summarise_ = loop_.every(kSummary, [this] { summarise(); });
}

void Bridge::close(const std::function<void()>& done) {
    sink_control_->close(kGoodbye, done);
}

Bridge::~Bridge() {
    sink_control_.reset();
    for (auto& sink : sinks_)
        detach(*sink);
}

void Bridge::start_engine() {
    engine_ = std::make_unique<EngineThread>(config_.capture.rate);
    steps_seen_ = 0;
    intake_told_ = {};
    clippings_ = {};
    if (engine_->is_realtime())
        log_event(Severity::info, EventKind::realtime, "the engine runs SCHED_FIFO");
    else
        log_event(Severity::warning, EventKind::realtime, engine_->why_not_realtime());
}

void Bridge::apply(const Config& config) {
    const bool new_stream = config.capture.rate != config_.capture.rate ||
                            config.profile != config_.profile || config.bitpool != config_.bitpool;
    const bool new_engine = config.capture.rate != config_.capture.rate;
    const bool new_capture = new_engine || config.capture != config_.capture;
    if (new_stream) {
        for (auto& sink : sinks_) {
            detach(*sink);
            sink->usual_frames = 0;
        }
    }
    config_ = config;
    if (new_engine) {
        engine_.reset();
        start_engine();
    }
    if (new_stream) guard_ = settings_of(config_.profile).guard;
    if (new_capture) capture_.open(config_.capture, now_monotonic());
    configure_idle();
    apply_sinks(config.sinks);

    std::vector<SinkTarget> targets;
    for (const auto& sink : sinks_)
        if (!sink->config.is_virtual())
            targets.push_back({sink->config.name, sink->config.address, sink->config.adapter});
    sink_control_->configure(std::move(targets),
                             {config_.capture.rate, config_.profile, config_.bitpool});
    for (auto& sink : sinks_)
        if (sink->config.is_virtual() && !sink->stream) start_virtual(*sink);
    plan();
}

void Bridge::apply_sinks(const std::vector<SinkConfig>& wanted) {
    const auto is_wanted = [&](const SinkConfig& config) {
        return std::any_of(wanted.begin(), wanted.end(), [&](const SinkConfig& other) {
            return other.name == config.name && same_transport(other, config);
        });
    };
    for (auto& sink : sinks_)
        if (!is_wanted(sink->config)) detach(*sink);
    std::erase_if(sinks_, [&](const auto& sink) { return !is_wanted(sink->config); });
    for (const SinkConfig& config : wanted) {
        if (Sink* sink = find(config.name)) {
            if (sink->config.role != config.role)
                engine_->send(to_chain(sink->slot, [role = config.role](Chain& chain) noexcept {
                    chain.set_role(role);
                }));
            sink->config = config;
            sink->trim.configure(config.trim);
            sink->gain.configure(config.gain_db);
            put_gain_in_force(*sink);
        } else {
            sinks_.push_back(std::make_unique<Sink>(config, free_slot(), *this));
        }
    }
    for (auto& sink : sinks_)
        sink->volume.set_buttons(config_.volume_buttons);
}

Bridge::Sink* Bridge::find(const std::string& name) {
    for (auto& sink : sinks_)
        if (sink->config.name == name) return sink.get();
    return nullptr;
}

std::size_t Bridge::free_slot() const {
    for (std::size_t slot = 0;; ++slot)
        if (std::none_of(sinks_.begin(), sinks_.end(),
                         [&](const auto& sink) { return sink->slot == slot; }))
            return slot;
}

void Bridge::start_virtual(Sink& sink) {
    const auto config = choose_configuration(SbcOctets{0xFF, 0xFF, 2, 53}, config_.capture.rate,
                                             config_.profile, config_.bitpool);
    const VirtualSink::Settings settings{
        .config = std::get<SbcConfig>(config),
        .latency = from_ms(sink.config.virtual_sink.latency_ms),
        .clock_ppm = sink.config.virtual_sink.clock_ppm,
        .rules = {.kind = sink.config.virtual_sink.kind},
        .wav = sink.config.virtual_sink.wav,
        .epoch = epoch_,
    };
    sink.virtual_sink = std::make_unique<VirtualSink>(settings);
    stream_started(sink.config.name, {sink.virtual_sink->take_socket(),
                                      sink.virtual_sink->write_mtu(), settings.config});
    const Duration sbc_frame = duration_of(settings.config.frame_length(), settings.config.rate);
    delay_reported(sink.config.name,
                   settings.rules.latency(settings.latency, sink.usual_frames, sbc_frame));
    state_changed(sink.config.name, SinkState::streaming, {});
}

void Bridge::state_changed(const std::string& name, SinkState state, const Reason& given) {
    Sink* sink = find(name);
    if (!sink) return;
    const Reason reason = state == SinkState::streaming ? quality_of(*sink) : given;
    if (sink->state == state && sink->reason == reason) return;
    if (sink->state != state) sink->since = now_monotonic();
    sink->state = state;
    sink->reason = reason;
    if (state == SinkState::streaming) return tell_state(*sink);
    // The stream that was to follow one that was begun anew does not come.
    const bool gone = state == SinkState::absent || state == SinkState::failed;
    if (gone && std::exchange(sink->begun_anew, std::nullopt)) plan();
    sink->tell = loop_.after(kSettle, [this, sink] { tell_state(*sink); });
}

void Bridge::tell_state(Sink& sink) {
    sink.tell.reset();
    if (sink.told == std::pair(sink.state, sink.reason)) return;
    sink.told = {sink.state, sink.reason};
    // Told once for all sinks.
    if (sink.state == SinkState::resting || (sink.reason && sink.reason == bluetooth_)) return;
    const bool bad = sink.state == SinkState::failed || sink.state == SinkState::stalled;
    std::string message = fmt::format("{}: {}", sink.config.name, name_of(sink.state));
    if (!sink.reason.sentence.empty()) message += ": " + sink.reason.sentence;
    log_event(bad ? Severity::warning : Severity::info, EventKind::sink_state, message,
              {{"SINK", sink.config.name},
               {"ADDRESS", sink.config.address},
               {"STATE", std::string(name_of(sink.state))},
               {"REASON", std::string(word_of(sink.reason.code))}});
}

void Bridge::bluetooth_changed(const Reason& reason) {
    if (reason == bluetooth_) return;
    bluetooth_ = reason;
    tell_bluetooth_ = loop_.after(kSettle, [this] {
        if (bluetooth_ == bluetooth_told_) return;
        bluetooth_told_ = bluetooth_;
        const bool healed = !bluetooth_;
        log_event(healed ? Severity::info : Severity::warning, EventKind::bluetooth,
                  healed ? "Bluetooth is back" : bluetooth_.sentence,
                  {{"REASON", std::string(word_of(bluetooth_.code))}});
    });
}

void Bridge::noticed(const Reason& what) {
    log_event(Severity::warning, EventKind::bluetooth, what.sentence,
              {{"REASON", std::string(word_of(what.code))}});
}

void Bridge::watch_capture() {
    const EngineSnapshot engine = engine_->snapshot();
    capture_.step(engine, now_monotonic());
    const Frames silent = engine.position - engine.intake.newest_sound;
    sink_control_->set_quiet(duration_of(silent, config_.capture.rate) >= kQuiet);
}

bool Bridge::engine_alive() {
    const std::uint64_t steps = engine_->steps();
    return std::exchange(steps_seen_, steps) != steps;
}

}  // namespace tandem
