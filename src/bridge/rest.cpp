// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/rest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tandem/bluez/reasons.hpp"
#include "tandem/bluez/sink_control.hpp"
#include "tandem/host/log.hpp"

namespace tandem {
namespace {

// The first sound waits for the slowest speaker, but not for one that stays away.
constexpr Duration kTogether = std::chrono::seconds{2};

}  // namespace

void Rest::configure() {
    idle_.configure(config_.keep_alive == KeepAlive::none, config_.suspend_after);
}

bool Rest::is_possible() const {
    return config_.keep_alive == KeepAlive::none || idle_.resting();
}

void Rest::stream_started(Sink& sink, AcquiredTransport transport) {
    if (waking_since_ && sink.on_air)
        held_.insert_or_assign(sink.config.name, std::move(transport));
    else
        streams_.attach(sink, std::move(transport));
}

void Rest::look(Duration silent, Time now, SinkControl& sink_control) {
    switch (idle_.look(silent)) {
        case IdleWatch::Order::rest:
            return rest(sink_control);
        case IdleWatch::Order::wake:
            if (!rested_.empty()) waking_since_ = now;
            return sink_control.rest(false);
        case IdleWatch::Order::none:
            break;
    }
    if (waking_since_ && (all_are_back() || now - *waking_since_ >= kTogether)) play_together(now);
}

void Rest::rest(SinkControl& sink_control) {
    rested_.clear();
    for (const Sink& sink : roster_)
        if (sink.stream && sink.on_air) rested_.push_back(sink.config.name);
    log_event(Severity::info, EventKind::idle,
              fmt::format(
                  "silence for {} s: the speakers' streams rest until sound comes in",
                  std::chrono::duration_cast<std::chrono::seconds>(config_.suspend_after).count()),
              {{"REASON", std::string(word_of(ReasonCode::idle))}});
    sink_control.rest(true);
}

bool Rest::all_are_back() const {
    return std::ranges::all_of(rested_,
                               [this](const std::string& name) { return held_.contains(name); });
}

void Rest::play_together(Time now) {
    const Duration took = now - *std::exchange(waking_since_, std::nullopt);
    std::string names;
    for (auto& [name, transport] : std::exchange(held_, {})) {
        Sink* sink = roster_.find(name);
        if (sink == nullptr) continue;
        streams_.attach(*sink, std::move(transport));
        names += (names.empty() ? "" : ", ") + name;
    }
    log_event(Severity::info, EventKind::idle,
              fmt::format("sound again: {} after {:.0f} ms",
                          names.empty() ? "no speaker is back" : names + " together", to_ms(took)),
              {{"WAKE_MS", fmt::format("{:.0f}", to_ms(took))}});
}

}  // namespace tandem
