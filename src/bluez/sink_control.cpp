// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/sink_control.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "bluez/sink_control_state.hpp"
#include "tandem/bluez/controller.hpp"
#include "tandem/bluez/reasons.hpp"
#include "tandem/timing/clock.hpp"

namespace tandem {
namespace {

using State = SinkControl::State;

// The highest that needs no privilege. Equal on all sinks: the kernel's Bluetooth scheduler serves
// the highest first and would starve the others.
constexpr int kSocketPriority = 6;

// RTP header and SBC payload header.
constexpr std::size_t kPacketOverhead = 13;

constexpr Duration kStreamsEnd = std::chrono::seconds(5);

// What waits in the kernel is out of our hands and as old as the air's trouble: its own 200 KiB are
// two seconds of sound. It rounds this up to two packets or so; the rest waits in the link's queue.
constexpr int kSendBuffer = 1024;

void make_ready(int socket) {
    fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
    setsockopt(socket, SOL_SOCKET, SO_PRIORITY, &kSocketPriority, sizeof kSocketPriority);
    setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
}

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
      connection(bus_in.on_connection([this](bool) { reconcile_soon(); })) {}

void State::reconcile_soon() {
    if (pending || closing) return;
    pending = true;
    loop.post([this, weak = std::weak_ptr(alive)] {
        if (weak.expired()) return;
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
        step(*sink);
    }
    grant_pages();
    note_searches();
}

void State::step(Sink& sink) {
    sink.machine.update(facts_of(sink), now_monotonic());
    for (const auto action : sink.machine.take_actions())
        perform(sink, action);
    show(sink);
    report_delay(sink);
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
    loop.post([this, weak = std::weak_ptr(alive), name, what = std::move(what)] {
        if (weak.expired()) return;
        const auto found = sinks.find(name);
        if (found == sinks.end()) return;
        what(found->second->machine, now_monotonic());
        step(*found->second);
    });
}

void State::acquire(Sink& sink) {
    sink.acquire = bus.call({kBluez, sink.transport, kTransportInterface, "Acquire"},
                            [this, &sink](const BusReply& reply) { acquired(sink, reply); });
}

void State::acquired(Sink& sink, const BusReply& reply) {
    const Time now = now_monotonic();
    reconcile_soon();
    locate(sink);
    sink.machine.update(facts_of(sink), now);  // what came before the answer counts before it
    const auto configured = endpoints.transports().find(sink.transport);
    if (configured == endpoints.transports().end()) return;
    if (!reply.is("hqq")) {
        const BusError odd{"org.freedesktop.DBus.Error.InvalidSignature",
                           "Acquire answered '" + reply.signature + "'"};
        return sink.machine.acquire_done(reply.error.value_or(odd), now);
    }
    AcquiredTransport transport{reply.arguments[0].take_fd(),
                                *reply.arguments[2].as<std::uint16_t>(), configured->second.config};
    if (transport.write_mtu < kPacketOverhead + transport.config.frame_bytes()) {
        const auto mtu = std::to_string(transport.write_mtu) + " bytes";
        return sink.machine.acquire_unfit(
            make_reason("mtu-too-small", sink.target.address, {}, mtu), now);
    }
    make_ready(transport.socket.get());
    take_share(sink, transport);
    sink.machine.acquire_done(std::nullopt, now);
    if (sink.machine.state() != SinkState::streaming) return;
    sink.started = true;
    sink.delay = 0;  // a new stream hears of the speaker's latency anew
    events.stream_started(sink.target.name, std::move(transport));
}

// Once a run: that it may not be seen does not change.
void State::take_share(const Sink& sink, AcquiredTransport& transport) {
    const std::string adapter = last_element(sink.adapter);
    AclShare share =
        share_controller(transport.socket.get(), adapter, static_cast<int>(sinks.size()));
    transport.window = std::move(share.window);
    transport.link = share.link;
    if (share.why_not.empty() || std::exchange(share_refused, true)) return;
    events.noticed(make_reason("controller-hidden", {}, adapter, share.why_not));
}

void State::stop(Sink& sink) {
    if (!sink.started) return;
    sink.started = false;
    events.stream_stopped(sink.target.name);
}

void State::release(const std::string& transport) {
    if (!transport.empty()) bus.send({kBluez, transport, kTransportInterface, "Release"});
}

// End points must not go while their transports are being suspended: so wait for the answers.
void State::close(Duration limit, const std::function<void()>& done) {
    if (closing) return;
    closing = true;
    for (const auto& [name, sink] : sinks) {
        sink->timer.reset();
        stop(*sink);
        if (sink->transport.empty()) continue;
        ++unreleased;
        releases.push_back(bus.call({kBluez, sink->transport, kTransportInterface, "Release"},
                                    [this, done](const BusReply&) {
                                        if (--unreleased > 0) return;
                                        release_limit.reset();
                                        done();
                                    }));
    }
    release_limit = loop.after(unreleased > 0 ? limit : Duration::zero(), done);
}

void State::report_delay(Sink& sink) {
    const auto found = model.transports().find(sink.transport);
    if (!sink.started || found == model.transports().end()) return;
    // 0 before the first report of a transport is none.
    if (found->second.delay == sink.delay) return;
    sink.delay = found->second.delay;
    events.delay_reported(sink.target.name, std::chrono::microseconds(100) * sink.delay);
}

void State::show(Sink& sink) {
    std::pair now{sink.machine.state(), sink.machine.reason()};
    // An obstacle without a code is one that is about to go: no news.
    if (now.first == SinkState::failed && now.second.code.empty()) {
        now = {SinkState::absent, Reason{}};
    }
    // The one obstacle that is no failure.
    if (now.second.code == "idle") now.first = SinkState::suspended;
    if (sink.shown && *sink.shown == now) return;
    sink.shown = now;
    events.state_changed(sink.target.name, now.first, now.second);
}

void State::show_common() {
    const Reason now = common_obstacle().value_or(Reason{});
    if (now == common_shown) return;
    common_shown = now;
    events.bluetooth_changed(now);
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
    release(sink.transport);
    const bool kept =
        !ending_until && std::any_of(sinks.begin(), sinks.end(), [&](const auto& entry) {
            return entry.second->target.address == sink.target.address;  // renamed only
        });
    if (!kept && connected(sink)) {
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

void SinkControl::set_quiet(bool quiet) {
    if (std::exchange(state_->quiet, quiet) != quiet) state_->reconcile_soon();
}

void SinkControl::link_failed(const std::string& sink, int error) {
    state_->tell(sink, [error](SinkMachine& machine, Time now) {
        machine.link_failed(std::strerror(error), now);
    });
}

void SinkControl::link_stalled(const std::string& sink) {
    state_->tell(sink, [](SinkMachine& machine, Time now) { machine.link_stalled(now); });
}

void SinkControl::link_moves(const std::string& sink) {
    state_->tell(sink, [](SinkMachine& machine, Time now) { machine.link_moves(now); });
}

}  // namespace tandem
