// SPDX-License-Identifier: GPL-3.0-or-later
// Sink control's dealings with MediaTransport1: streams are taken, reported and given back.
#include <fcntl.h>
#include <sys/socket.h>

#include <utility>

#include "bluez/sink_control_state.hpp"
#include "tandem/a2dp/packetizer.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/bluez/controller.hpp"
#include "tandem/bluez/reasons.hpp"

namespace tandem {
namespace {

using State = SinkControl::State;

// The highest that needs no privilege. Equal on all sinks: the kernel's Bluetooth scheduler serves
// the highest first and would starve the others.
constexpr int kSocketPriority = 6;

// What waits in the kernel is out of our hands and as old as the air's trouble: its own 200 KiB are
// two seconds of sound. It rounds this up to two packets or so; the rest waits in the history.
constexpr int kSendBuffer = 1024;

void make_ready(int socket) {
    fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
    setsockopt(socket, SOL_SOCKET, SO_PRIORITY, &kSocketPriority, sizeof kSocketPriority);
    setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
}

}  // namespace

void State::acquire(Sink& sink) {
    if (sink.played != sink.transport) let_start(sink);
    sink.acquire = bus.call({kBluez, sink.transport, kTransportInterface, "Acquire"},
                            [this, &sink](const BusReply& reply) { on_acquired(sink, reply); });
}

void State::on_acquired(Sink& sink, const BusReply& reply) {
    const Time now = now_monotonic();
    reconcile_soon();
    locate(sink);
    sink.machine.update(facts_of(sink), now);  // what came before the answer counts before it
    const auto configured = endpoints.transports().find(sink.transport);
    if (configured == endpoints.transports().end()) return;
    if (!reply.is("hqq")) {
        const BusError odd{"org.freedesktop.DBus.Error.InvalidSignature",
                           "Acquire answered '" + reply.signature + "'"};
        return sink.machine.on_acquire_done(reply.error.value_or(odd), now);
    }
    AcquiredTransport transport{reply.arguments[0].take_fd(),
                                *reply.arguments[2].as<std::uint16_t>(), configured->second.config};
    if (transport.write_mtu < kMediaHeaderBytes + transport.config.frame_bytes()) {
        const auto mtu = std::to_string(transport.write_mtu) + " bytes";
        return sink.machine.on_acquire_unfit(
            make_reason(ReasonCode::mtu_too_small, sink.target.address, {}, mtu), now);
    }
    make_ready(transport.socket.get());
    take_share(sink, transport);
    transport.new_connection = std::exchange(sink.played, sink.transport) != sink.transport;
    sink.machine.on_acquire_done(std::nullopt, now);
    if (sink.machine.state() != SinkState::streaming) return;
    if (endpoints.gave_last_choice(sink.adapter)) sink.refusals = 0;
    sink.started = true;
    if (transport.new_connection) let_start(sink);
    read_again(sink);
    sink.delay = 0;  // a new stream hears of the speaker's latency anew
    events.stream_started(sink.target.name, std::move(transport));
}

// What starts a speaker is not to wait for air: nobody is paged meanwhile.
void State::let_start(Sink& sink) {
    sink.starting = loop.after(policy.start, [this, &sink] {
        reconcile_soon();
        sink.starting.reset();
    });
}

// Once a run: that it may not be seen does not change.
void State::take_share(const Sink& sink, AcquiredTransport& transport) {
    const std::string adapter = last_element(sink.adapter);
    AclShare share =
        share_controller(transport.socket.get(), adapter, static_cast<int>(sinks.size()));
    transport.window = std::move(share.window);
    transport.link = share.link;
    if (share.why_not.empty() || std::exchange(share_refused, true)) return;
    events.noticed(make_reason(ReasonCode::controller_hidden, {}, adapter, share.why_not));
}

void State::stop(Sink& sink) {
    if (!sink.started) return;
    sink.started = false;
    sink.starting.reset();
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

}  // namespace tandem
