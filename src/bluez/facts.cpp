// SPDX-License-Identifier: GPL-3.0-or-later
// What sink control knows of the world, put together for one sink.
#include <algorithm>

#include "bluez/sink_control_state.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/bluez/errors.hpp"
#include "tandem/bluez/reasons.hpp"

namespace tandem {
namespace {

using State = SinkControl::State;

TransportState transport_state(const std::string& name) {
    if (name == "active") return TransportState::active;
    if (name == "pending") return TransportState::pending;
    return TransportState::idle;
}

}  // namespace

std::optional<Reason> State::common_obstacle() const {
    if (!bus.connected()) return make_reason(ReasonCode::bus_lost, {}, {}, bus.trouble());
    if (model.is_missing()) return make_reason(ReasonCode::bluetooth_missing);
    if (model.state() == BluezModel::State::refused && is_denied(model.trouble())) {
        return make_reason(ReasonCode::access_denied, {}, {}, model.trouble().message);
    }
    for (const auto& [adapter, known] : model.adapters()) {
        const auto refusal = endpoints.refusal(adapter);
        if (refusal && is_denied(*refusal)) {
            return make_reason(ReasonCode::access_denied, {}, {}, refusal->message);
        }
    }
    return std::nullopt;
}

void State::locate(Sink& sink) const {
    // A bond that is gone, or was made again, is judged anew.
    std::erase_if(sink.rejected_on, [&](const auto& adapter) {
        const auto device = model.devices().find(find_device(sink, adapter));
        return device == model.devices().end() || !device->second.paired;
    });
    sink.adapter = find_adapter(sink);
    sink.device = find_device(sink, sink.adapter);
    std::string transport;
    for (const auto& [path, configured] : endpoints.transports()) {
        const auto device = model.devices().find(configured.device);
        const bool ours = device != model.devices().end() && configured.device == sink.device;
        // A speaker may be configured twice for a moment; what is in use wins.
        if (ours && (transport.empty() || path == sink.transport)) transport = path;
    }
    if (transport != sink.transport) {
        sink.delay = 0;
        sink.played.clear();
    }
    sink.transport = transport;
}

// The adapter that has a bond with the speaker, and none that the speaker has rejected.
std::string State::find_adapter(const Sink& sink) const {
    const SinkTarget& target = sink.target;
    std::string best;
    int best_rank = -1;
    for (const auto& [path, adapter] : model.adapters()) {
        const bool fits = target.adapter.empty() || last_element(path) == target.adapter ||
                          same_address(adapter.address, target.adapter);
        if (!fits) continue;
        int rank = adapter.powered ? 1 : 0;
        for (const auto& [device_path, device] : model.devices()) {
            if (device.adapter == path && same_address(device.address, target.address)) {
                rank += device.connected ? 2 : 0;
                if (device.paired) rank += sink.rejected_on.contains(path) ? 1 : 4;
            }
        }
        if (rank > best_rank) {
            best = path;
            best_rank = rank;
        }
    }
    return best;
}

std::string State::find_device(const Sink& sink, const std::string& adapter) const {
    for (const auto& [path, device] : model.devices()) {
        if (device.adapter == adapter && same_address(device.address, sink.target.address)) {
            return path;
        }
    }
    return {};
}

bool State::accepts(const std::string& device) const {
    const auto found = model.devices().find(device);
    if (found == model.devices().end()) return false;
    return std::any_of(sinks.begin(), sinks.end(), [&](const auto& entry) {
        const Sink& sink = *entry.second;
        return same_address(found->second.address, sink.target.address) &&
               found->second.adapter == find_adapter(sink);
    });
}

SinkAccess State::adapter_access(const Sink& sink) const {
    using Way = SinkAccess::Way;
    const auto& address = sink.target.address;
    const auto adapter = model.adapters().find(sink.adapter);
    if (adapter == model.adapters().end()) {
        return {Way::obstructed,
                make_reason(ReasonCode::adapter_missing, address, sink.target.adapter)};
    }
    const std::string name = last_element(sink.adapter);
    if (!adapter->second.powered) {
        const bool blocked = adapter->second.power_state == "off-blocked";
        return {Way::obstructed,
                make_reason(blocked ? ReasonCode::adapter_blocked : ReasonCode::adapter_off,
                            address, name)};
    }
    if (!adapter->second.media) {
        return {Way::obstructed, make_reason(ReasonCode::media_missing, address, name)};
    }
    const auto device = model.devices().find(sink.device);
    if (device == model.devices().end() || !device->second.paired) {
        return {Way::obstructed, make_reason(ReasonCode::not_paired, address, name)};
    }
    if (!endpoints.is_registered(sink.adapter)) {
        const auto refusal = endpoints.refusal(sink.adapter);
        return {refusal ? Way::obstructed : Way::not_yet,
                make_reason(ReasonCode::endpoint_refused, address, name,
                            refusal ? refusal->said() : "no answer yet")};
    }
    return {Way::open};
}

SinkAccess State::access_to(const Sink& sink) const {
    using Way = SinkAccess::Way;
    if (const auto obstacle = common_obstacle()) return {Way::obstructed, *obstacle};
    if (!model.is_ready()) {
        const bool refused = model.state() == BluezModel::State::refused;
        const std::string said = refused ? model.trouble().said() : "no answer yet";
        return {Way::not_yet, make_reason(ReasonCode::bluetooth_silent, {}, {}, said)};
    }
    SinkAccess access = adapter_access(sink);
    if (access.way != Way::open) return access;
    if (sink.released)
        return {Way::released, make_reason(ReasonCode::released, sink.target.address)};
    if (!resting) return access;
    return {Way::resting, make_reason(ReasonCode::idle, sink.target.address)};
}

SinkFacts State::facts_of(const Sink& sink) const {
    SinkFacts facts;
    facts.access = access_to(sink);
    facts.adapter = last_element(sink.adapter);
    facts.transport = sink.transport;
    const auto device = model.devices().find(sink.device);
    if (device != model.devices().end()) {
        facts.connected = device->second.connected;
        facts.seen = device->second.seen;
    }
    facts.air_in_use = std::any_of(sinks.begin(), sinks.end(), [&](const auto& other) {
        return other.second->started && other.second->adapter == sink.adapter;
    });
    facts.quiet = quiet;
    for (const auto& [path, transport] : model.transports()) {
        if (path == sink.transport) {
            facts.transport_state = transport_state(transport.state);
            facts.transport_ended = transport.ended;
        }
        const bool foreign = !endpoints.transports().contains(path);
        if (foreign && !sink.device.empty() && transport.device == sink.device) {
            (transport.uuid == kSinkUuid ? facts.plays_to_us : facts.claimed_elsewhere) = true;
        }
    }
    facts.refusal = endpoints.no_codec(sink.adapter);
    facts.asked = endpoints.was_asked(sink.adapter);
    facts.last_choice = endpoints.gave_last_choice(sink.adapter);
    return facts;
}

// An end point that is unregistered under its stream stays half alive in BlueZ 5.82, and so does
// the stream: so the streams end before the end points change.
bool State::old_streams_remain() const {
    if (!ending_until || now_monotonic() >= *ending_until) return false;
    const auto& ours = endpoints.transports();
    return std::any_of(ours.begin(), ours.end(), [this](const auto& transport) {
        return model.transports().contains(transport.first);
    });
}

}  // namespace tandem
