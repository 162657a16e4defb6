// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/sink.hpp"

#include <fmt/format.h>

#include "tandem/base/clock.hpp"
#include "tandem/bluez/reasons.hpp"

namespace tandem {

Sink::Sink(const SinkConfig& configured, std::size_t free_slot, const Surroundings& around)
    : config(configured),
      slot(free_slot),
      on_air(!configured.is_virtual()),
      since(now_monotonic()),
      latency(around.loop, around.state, configured, around.latency_changed),
      trim(configured.trim),
      gain(configured.gain_db),
      volume(
          around.loop, around.state, configured,
          [ask = around.ask_for_volume, name = configured.name](int level) { ask(name, level); }) {}

bool Sink::change_state(SinkState now, const Reason& why) {
    if (state == now && given == why) return false;
    if (state != now) since = now_monotonic();
    state = now;
    given = why;
    return true;
}

Reason Sink::reason() const {
    if (state != SinkState::streaming) return given;
    if (!stream) return {};
    const BitpoolAdaptation& adaptation = stream->adaptation;
    if (adaptation.bitpool() == adaptation.full()) return {};
    return make_reason(
        ReasonCode::link_slow, config.address, {},
        fmt::format("bitpool {} instead of {}", adaptation.bitpool(), adaptation.full()));
}

ChainCounters Sink::totals(const EngineSnapshot& engine) const {
    ChainCounters total = before;
    if (stream && engine.attached[slot]) {
        const ChainCounters& chain = engine.chains[slot];
        add(total, chain);
        total.waiting = chain.waiting;
    }
    return total;
}

void add(ChainCounters& total, const ChainCounters& chain) {
    total.link.sent += chain.link.sent;
    total.link.dropped += chain.link.dropped;
    total.left_out += chain.left_out;
    total.shared += chain.shared;
}

}  // namespace tandem
