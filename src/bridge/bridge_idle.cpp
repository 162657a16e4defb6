// SPDX-License-Identifier: GPL-3.0-or-later
// The bridge on long silence: it gives the streams back, and with the first sound brings them up
// together.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tandem/base/clock.hpp"
#include "tandem/bluez/reasons.hpp"
#include "tandem/bridge/bridge.hpp"
#include "tandem/host/log.hpp"

namespace tandem {
namespace {

// The first sound waits for the slowest speaker, but not for one that stays away.
constexpr Duration kTogether = std::chrono::seconds{2};
constexpr Duration kLook = std::chrono::milliseconds{50};

}  // namespace

void Bridge::configure_idle() {
    engine_->send([on = config_.keep_alive == KeepAlive::infrasound](Engine& engine) noexcept {
        engine.set_infrasound(on);
    });
    idle_.configure(config_.keep_alive == KeepAlive::none, config_.suspend_after);
    const bool watched = config_.keep_alive == KeepAlive::none || idle_.resting();
    look_idle_ = watched ? loop_.every(kLook, [this] { watch_idle(); }) : Loop::Handle();
}

void Bridge::watch_idle() {
    const EngineSnapshot engine = engine_->snapshot();
    switch (idle_.look(
        duration_of(engine.position - engine.intake.newest_sound, config_.capture.rate))) {
        case IdleWatch::Order::rest:
            return rest();
        case IdleWatch::Order::wake:
            return wake();
        case IdleWatch::Order::none:
            break;
    }
    if (waking_since_ && (all_are_back() || now_monotonic() - *waking_since_ >= kTogether))
        play_together();
}

void Bridge::rest() {
    rested_.clear();
    for (const auto& sink : sinks_)
        if (sink->stream && !sink->config.is_virtual()) rested_.push_back(sink->config.name);
    log_event(Severity::info, EventKind::idle,
              fmt::format(
                  "silence for {} s: the speakers' streams rest until sound comes in",
                  std::chrono::duration_cast<std::chrono::seconds>(config_.suspend_after).count()),
              {{"REASON", std::string(word_of(ReasonCode::idle))}});
    sink_control_->rest(true);
}

void Bridge::wake() {
    if (!rested_.empty()) waking_since_ = now_monotonic();
    sink_control_->rest(false);
}

bool Bridge::all_are_back() const {
    return std::ranges::all_of(rested_,
                               [this](const std::string& name) { return held_.contains(name); });
}

void Bridge::play_together() {
    const Duration took = now_monotonic() - *std::exchange(waking_since_, std::nullopt);
    std::string names;
    for (auto& [name, transport] : std::exchange(held_, {})) {
        Sink* sink = find(name);
        if (sink == nullptr) continue;
        attach(*sink, std::move(transport));
        names += (names.empty() ? "" : ", ") + name;
    }
    log_event(Severity::info, EventKind::idle,
              fmt::format("sound again: {} after {:.0f} ms",
                          names.empty() ? "no speaker is back" : names + " together", to_ms(took)),
              {{"WAKE_MS", fmt::format("{:.0f}", to_ms(took))}});
}

}  // namespace tandem
