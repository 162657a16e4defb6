// SPDX-License-Identifier: GPL-3.0-or-later
// Sink control's dealings with Device1: whose turn it is to page, and who else disturbs the air.
#include <algorithm>
#include <utility>

#include "bluez/sink_control_state.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/bluez/errors.hpp"
#include "tandem/bluez/reasons.hpp"

namespace tandem {
namespace {

using State = SinkControl::State;

// Longer than the machine lets an attempt run: an answer is certain even if BlueZ hangs.
constexpr Duration kConnectTimeout = std::chrono::seconds(60);

}  // namespace

bool State::is_connected(const Sink& sink) const {
    const auto device = model.devices().find(sink.device);
    return device != model.devices().end() && device->second.connected;
}

// One page at a time on an adapter, and none while a speaker starts: the one that has waited
// longest.
void State::grant_pages() {
    const Time now = now_monotonic();
    for (const auto& [adapter, known] : model.adapters()) {
        Sink* next = nullptr;
        bool busy = false;
        for (const auto& [name, sink] : sinks) {
            // A speaker that meanwhile has opened its stream itself ends the page, if not the call.
            busy = busy || (sink->paging_on == adapter && sink->machine.is_connecting()) ||
                   (sink->starting && sink->adapter == adapter);
            if (sink->adapter != adapter || sink->connect || !sink->machine.wants_connect(now)) {
                continue;
            }
            if (next == nullptr || sink->machine.page_due() < next->machine.page_due())
                next = sink.get();
        }
        if (busy || next == nullptr) continue;
        endpoints.begin_attempt(adapter, next->refusals);
        next->machine.start_connect(now);
        step(*next);
    }
}

void State::connect(Sink& sink) {
    sink.paging_on = sink.adapter;
    sink.connect = bus.call(
        {kBluez, sink.device, kDeviceInterface, "ConnectProfile", {kSinkUuid}, kConnectTimeout},
        [this, &sink](const BusReply& reply) { on_connect_answer(sink, reply); });
}

void State::on_connect_answer(Sink& sink, const BusReply& reply) {
    const std::string adapter = std::exchange(sink.paging_on, {});
    sink.connect.reset();
    locate(sink);
    sink.machine.update(facts_of(sink), now_monotonic());
    sink.machine.on_connect_done(reply.error, now_monotonic());
    if (reply.error)
        learn_from(*reply.error, adapter, sink);
    else
        let_start(sink);
    reconcile_soon();
}

void State::learn_from(const BusError& error, const std::string& adapter, Sink& sink) const {
    // Perhaps another adapter has a bond that still holds; this one stays the last resort.
    if (is_key_trouble(error)) sink.rejected_on.insert(adapter);
    const bool other_trouble = is_key_trouble(error) || is_busy(error) || is_canceled(error) ||
                               is_unreachable(error) || has_no_sink(error);
    if (endpoints.was_asked(adapter) && is_connected(sink) && !other_trouble) ++sink.refusals;
}

// BlueZ lets a speaker that is not trusted connect only from here: when it is switched on it comes
// by itself otherwise. Who names it in the configuration trusts it.
void State::trust(Sink& sink) {
    const auto device = model.devices().find(sink.device);
    if (device == model.devices().end() || !device->second.paired) {
        sink.trust_asked = false;
        return;
    }
    if (device->second.trusted || std::exchange(sink.trust_asked, true)) return;
    bus.send({kBluez,
              sink.device,
              std::string(kPropertiesInterface),
              "Set",
              {kDeviceInterface, "Trusted", Value::variant(true)}});
}

// BlueZ 5.66 to 5.82 end any attempt at Disconnect, page, SDP and LE alike, and answer the Connect
// with br-connection-canceled (device_request_disconnect).
void State::cancel_connect(const Sink& sink) {
    bus.send({kBluez, sink.device, kDeviceInterface, "Disconnect"});
}

void State::disconnect(Sink& sink) {
    stop(sink);
    sink.disconnect = bus.call({kBluez, sink.device, kDeviceInterface, "Disconnect"},
                               [this, &sink](const BusReply&) {
                                   sink.machine.on_disconnect_done(now_monotonic());
                                   reconcile_soon();
                               });
}

// Once for each search. Not ours: Tandem never searches while it streams.
void State::note_searches() {
    for (const auto& [adapter, known] : model.adapters()) {
        const bool plays =
            std::any_of(sinks.begin(), sinks.end(), [&path = adapter](const auto& sink) {
                return sink.second->started && sink.second->adapter == path;
            });
        if (!known.discovering) {
            searches_noted.erase(adapter);
        } else if (plays && searches_noted.insert(adapter).second) {
            events.noticed(make_reason(ReasonCode::search_running, {}, last_element(adapter)));
        }
    }
    std::erase_if(searches_noted,
                  [this](const auto& adapter) { return !model.adapters().contains(adapter); });
}

}  // namespace tandem
