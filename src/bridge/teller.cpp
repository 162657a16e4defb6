// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/teller.hpp"

#include <fmt/format.h>

#include <utility>

#include "tandem/bluez/reasons.hpp"
#include "tandem/host/log.hpp"

namespace tandem {
namespace {

// What lasts no longer is no event: connecting, or an adapter that is being brought up.
constexpr Duration kSettle = std::chrono::milliseconds{1500};

}  // namespace

void Teller::sink_changed(Sink& sink) {
    if (sink.state == SinkState::streaming) return tell_state(sink);
    sink.in_journal.settles = loop_.after(kSettle, [this, &sink] { tell_state(sink); });
}

void Teller::tell_state(Sink& sink) const {
    sink.in_journal.settles.reset();
    const Reason reason = sink.reason();
    if (sink.in_journal.state == sink.state && sink.in_journal.reason == reason) return;
    sink.in_journal.state = sink.state;
    sink.in_journal.reason = reason;
    // Told once for all sinks.
    if (sink.state == SinkState::resting || (reason && reason == bluetooth_)) return;
    const bool bad = sink.state == SinkState::failed || sink.state == SinkState::stalled;
    std::string message = fmt::format("{}: {}", sink.config.name, name_of(sink.state));
    if (!reason.sentence.empty()) message += ": " + reason.sentence;
    log_event(bad ? Severity::warning : Severity::info, EventKind::sink_state, message,
              {{"SINK", sink.config.name},
               {"ADDRESS", sink.config.address},
               {"STATE", std::string(name_of(sink.state))},
               {"REASON", std::string(word_of(reason.code))}});
}

void Teller::bluetooth_changed() {
    bluetooth_settles_ = loop_.after(kSettle, [this] {
        if (bluetooth_ == bluetooth_told_) return;
        bluetooth_told_ = bluetooth_;
        const bool healed = !bluetooth_;
        log_event(healed ? Severity::info : Severity::warning, EventKind::bluetooth,
                  healed ? "Bluetooth is back" : bluetooth_.sentence,
                  {{"REASON", std::string(word_of(bluetooth_.code))}});
    });
}

void Teller::noticed(const Reason& what) {
    log_event(Severity::warning, EventKind::bluetooth, what.sentence,
              {{"REASON", std::string(word_of(what.code))}});
}

void Teller::taken_back(const Sink& sink) {
    log_event(Severity::info, EventKind::sink_state,
              fmt::format("{}: no longer released; it is connected again", sink.config.name),
              {{"SINK", sink.config.name}, {"ADDRESS", sink.config.address}});
}

void Teller::look(Roster& roster, const EngineSnapshot& engine, const CaptureKeeper& capture,
                  Time now) {
    for (Sink& sink : roster)  // the quality of one that plays may have changed
        if (sink.state == SinkState::streaming) tell_state(sink);
    if (!summary_.due(now)) return;
    tell_interruptions(engine.intake, capture);
    for (Sink& sink : roster)
        tell_drops(sink, engine);
}

void Teller::tell_interruptions(const IntakeCounters& intake, const CaptureKeeper& capture) {
    const IntakeCounters told = std::exchange(intake_told_, intake);
    const bool interrupted = intake.restarts != told.restarts || intake.stalls != told.stalls;
    if (!interrupted || capture.reason() != CaptureReason::none)
        return;  // the journal has the reason already
    log_event(Severity::warning, EventKind::xrun,
              fmt::format("the input was interrupted {} times in the last minute, and {} frames "
                          "were replaced by silence: check the card's cable and the load",
                          intake.restarts + intake.stalls - told.restarts - told.stalls,
                          intake.frames_filled - told.frames_filled),
              {{"XRUNS", std::to_string(intake.restarts)}});
}

void Teller::tell_drops(Sink& sink, const EngineSnapshot& engine) {
    const std::uint64_t dropped = lost_packets(sink.totals(engine));
    const std::uint64_t told = std::exchange(sink.in_journal.drops, dropped);
    if (dropped <= told) return;
    log_event(Severity::warning, EventKind::link_drops,
              fmt::format("{}: {} packets were lost in the last minute, since the radio or this "
                          "machine could not keep up: move the speaker closer, or set "
                          "[stream] profile = \"robust\"",
                          sink.config.name, dropped - told),
              {{"SINK", sink.config.name}, {"DROPPED", std::to_string(dropped)}});
}

}  // namespace tandem
