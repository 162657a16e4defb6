// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/sink_control.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "bluez/sink_control_state.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/bluez/reasons.hpp"

namespace tandem {
namespace {

using State = SinkControl::State;

constexpr Duration kStreamsEnd = std::chrono::seconds(5);

}  // namespace

State::State(Loop& loop_in, BusConnection& bus_in, SinkEvents& events_in,
             const SinkPolicy& policy_in)
    : loop(loop_in),
      bus(bus_in),
      events(events_in),
      policy(policy_in),
      model(loop_in, bus_in, [this] { reconcile_soon(); }),
      endpoints(
          loop_in, bus_in, model, policy_in.registering,
          [this](const std::string& device) { return accepts(device); },
          [this] { reconcile_soon(); }),
      player(bus_in, model),
      connection(bus_in.on_connection([this](bool) { reconcile_soon(); })) {}

void State::reconcile_soon() {
    if (pending || closing) return;
    pending = true;
    loop.post(alive, [this] {
        pending = false;
        if (!closing) reconcile();
    });
}

void State::reconcile() {
    for (const auto& sink : leaving)
        drop(*sink);
    leaving.clear();
    if (old_streams_remain()) return;
    ending_until.reset();
    ending_limit.reset();
    endpoints.reconcile(sinks.empty() ? 0 : sinks.size() + 1, stream);
    show_common();
    for (const auto& [name, sink] : sinks) {
        locate(*sink);
        trust(*sink);
        step(*sink);
    }
    grant_pages();
    note_searches();
    show_sound();
}

void State::step(Sink& sink) {
    sink.machine.update(facts_of(sink), now_monotonic());
    for (const auto action : sink.machine.take_actions())
        perform(sink, action);
    show(sink);
    report_delay(sink);
    report_volume(sink);
    arm(sink);
}

void State::perform(Sink& sink, SinkAction action) {
    switch (action) {
        case SinkAction::connect:
            return connect(sink);
        case SinkAction::cancel:
            return cancel_connect(sink);
        case SinkAction::disconnect:
            return disconnect(sink);
        case SinkAction::acquire:
            return acquire(sink);
        case SinkAction::stop:
            return stop(sink);
        case SinkAction::release:
            return release(sink.transport);
    }
}

// Not from inside the caller: it is told only by events from the loop.
void State::tell(const std::string& name, std::function<void(SinkMachine&, Time)> what) {
    loop.post(alive, [this, name, what = std::move(what)] {
        const auto found = sinks.find(name);
        if (found == sinks.end()) return;
        what(found->second->machine, now_monotonic());
        step(*found->second);
    });
}

void State::show(Sink& sink) {
    events.state_changed(sink.target.name, sink.machine.state(), sink.machine.reason());
}

// To the speakers, as a player.
void State::show_sound() {
    const bool plays =
        std::ranges::any_of(sinks, [](const auto& sink) { return sink.second->started; });
    player.set_playing(plays && !quiet);
    if (!sinks.empty()) player.reconcile();
}

void State::show_common() {
    events.bluetooth_changed(common_obstacle().value_or(Reason{}));
}

void State::arm(Sink& sink) {
    sink.timer.reset();
    const auto due = sink.machine.wake_up();
    const Time now = now_monotonic();
    // What is due already waits for something else that will bring another pass.
    if (due && *due > now) sink.timer = loop.after(*due - now, [this] { reconcile_soon(); });
}

void State::drop(Sink& sink) {
    stop(sink);
    if (sink.volume) events.volume_reported(sink.target.name, std::nullopt);
    release(sink.transport);
    const bool kept =
        !ending_until && std::any_of(sinks.begin(), sinks.end(), [&](const auto& entry) {
            return entry.second->target.address == sink.target.address;  // renamed only
        });
    if (!kept && is_connected(sink)) {
        bus.send({kBluez, sink.device, kDeviceInterface, "Disconnect"});
    }
}

SinkControl::SinkControl(Loop& loop, BusConnection& bus, SinkEvents& events, SinkPolicy policy)
    : state_(std::make_unique<State>(loop, bus, events, policy)) {}

SinkControl::~SinkControl() {
    for (const auto& [name, sink] : state_->sinks)
        state_->release(sink->transport);
    BusConnection& bus = state_->bus;
    state_.reset();
    bus.flush(std::chrono::milliseconds(200));
}

void SinkControl::close(Duration limit, const std::function<void()>& done) {
    state_->close(limit, done);
}

void SinkControl::configure(std::vector<SinkTarget> sinks, const StreamTarget& stream) {
    const bool other_stream = stream != state_->stream;
    if (other_stream) {
        state_->ending_until = now_monotonic() + kStreamsEnd;
        state_->ending_limit =
            state_->loop.after(kStreamsEnd, [state = state_.get()] { state->reconcile_soon(); });
    }
    std::map<std::string, std::unique_ptr<State::Sink>> wanted;
    for (auto& target : sinks) {
        auto old = state_->sinks.extract(target.name);
        if (!other_stream && !old.empty() && old.mapped()->target == target) {
            wanted.insert(std::move(old));
            continue;
        }
        if (!old.empty()) state_->leaving.push_back(std::move(old.mapped()));
        auto sink = std::make_unique<State::Sink>(std::move(target), state_->policy);
        wanted.emplace(sink->target.name, std::move(sink));
    }
    for (auto& [name, sink] : state_->sinks)
        state_->leaving.push_back(std::move(sink));
    state_->sinks = std::move(wanted);
    state_->stream = stream;
    state_->reconcile_soon();
}

void SinkControl::rest(bool resting) {
    state_->resting = resting;
    state_->reconcile_soon();
}

void SinkControl::set_released(const std::string& sink, bool released) {
    const auto found = state_->sinks.find(sink);
    if (found == state_->sinks.end()) return;
    if (std::exchange(found->second->released, released) != released) state_->reconcile_soon();
}

void SinkControl::set_quiet(bool quiet) {
    if (std::exchange(state_->quiet, quiet) != quiet) state_->reconcile_soon();
}

void SinkControl::set_volume(const std::string& sink, int level) {
    const auto found = state_->sinks.find(sink);
    if (found != state_->sinks.end()) state_->set_volume(*found->second, level);
}

void SinkControl::link_failed(const std::string& sink, int error) {
    state_->tell(sink, [error](SinkMachine& machine, Time now) {
        machine.on_link_failed(std::strerror(error), now);
    });
}

void SinkControl::restart(const std::string& sink) {
    state_->tell(sink, [](SinkMachine& machine, Time now) { machine.restart(now); });
}

void SinkControl::link_stalled(const std::string& sink) {
    state_->tell(sink, [](SinkMachine& machine, Time now) { machine.on_link_stalled(now); });
}

void SinkControl::link_moves(const std::string& sink) {
    state_->tell(sink, [](SinkMachine& machine, Time now) { machine.on_link_moves(now); });
}

}  // namespace tandem
