// SPDX-License-Identifier: GPL-3.0-or-later
// What the speakers tell beside their streams: latency and volume.
#include <utility>

#include "bluez/sink_control_state.hpp"

namespace tandem {

using State = SinkControl::State;

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

// BlueZ (5.66 to 5.82) answers at once; what the speaker says comes as a change of the property, or
// not at all where the speaker stands there already.
void State::set_volume(const Sink& sink, int level) {
    if (!sink.volume) return;
    bus.send({kBluez,
              sink.transport,
              std::string(kPropertiesInterface),
              "Set",
              {kTransportInterface, "Volume", Value::variant(static_cast<std::uint16_t>(level))}});
}

}  // namespace tandem
