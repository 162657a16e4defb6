// SPDX-License-Identifier: GPL-3.0-or-later
// What the speakers tell beside their streams: latency and volume.
#include <utility>

#include "bluez/sink_control_state.hpp"
#include "tandem/bluez/reasons.hpp"

namespace tandem {

using State = SinkControl::State;

namespace {

// From the start of a stream to a speaker's first report of its latency, measured: 2 s.
constexpr Duration kReportsWithin = std::chrono::seconds(4);

}  // namespace

void State::report_delay(Sink& sink) {
    const auto found = model.transports().find(sink.transport);
    if (!sink.started || found == model.transports().end()) return;
    // 0 before the first report of a transport is none.
    if (found->second.delay == sink.delay) return;
    sink.delay = found->second.delay;
    events.delay_reported(sink.target.name, std::chrono::microseconds(100) * sink.delay);
}

// Also while the stream rests: buttons work then as well.
void State::report_volume(Sink& sink) {
    const auto found = model.transports().find(sink.transport);
    const auto now = found != model.transports().end() ? found->second.volume : std::nullopt;
    if (std::exchange(sink.volume, now) != now) events.volume_reported(sink.target.name, now);
}

// BlueZ 5.83 and 5.84 tell of a delay by no signal, so it is read as well: at once and
// when the speaker has had its time to report it.
void State::read_again(Sink& sink) {
    read_properties(sink);
    sink.read_later = loop.after(kReportsWithin, [this, &sink] { read_properties(sink); });
}

void State::read_properties(Sink& sink) {
    if (!sink.started) return;
    sink.reading = bus.call({kBluez,
                             sink.transport,
                             std::string(kPropertiesInterface),
                             "GetAll",
                             {kTransportInterface}},
                            [this, path = sink.transport](const BusReply& reply) {
                                if (!reply.is("a{sv}") || !model.transports().contains(path))
                                    return;
                                model.learn_transport(path, reply.arguments[0]);
                                reconcile_soon();
                            });
}

// BlueZ (5.66 to 5.82) answers at once; what the speaker says comes as a change of the property, or
// not at all where the speaker stands there already.
void State::set_volume(Sink& sink, int level) {
    if (!sink.volume) return;
    const BusCall call{
        kBluez,
        sink.transport,
        std::string(kPropertiesInterface),
        "Set",
        {kTransportInterface, "Volume", Value::variant(static_cast<std::uint16_t>(level))}};
    sink.volume_set = bus.call(call, [this, &sink](const BusReply& reply) {
        if (!reply.error) return;
        events.noticed(
            make_reason(ReasonCode::volume_refused, sink.target.address, {}, reply.error->said()));
    });
}

}  // namespace tandem
