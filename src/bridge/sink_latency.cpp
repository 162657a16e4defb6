// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/sink_latency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "tandem/base/clock.hpp"
#include "tandem/host/log.hpp"

namespace tandem {
namespace {

// The only one the bridge speaks so far.
const std::string kCodec = "SBC";

KnownLatency known(const LearnedLatency& learned) {
    // A clock that was set back makes no negative age.
    const Duration age = now_of_day() - learned.at;
    return {learned.value, std::max(age, Duration::zero())};
}

}  // namespace

SinkLatency::SinkLatency(Loop& loop, StateFile& state, const SinkConfig& sink,
                         std::function<void()> changed)
    : loop_(loop), state_(state), sink_(sink), changed_(std::move(changed)) {
    if (const auto last = state_.state().reported(key())) report_.remember(last->value);
}

LatencyKey SinkLatency::key() const {
    return {sink_.address, kCodec, frames_per_packet_};
}

void SinkLatency::start_stream(int frames_per_packet) {
    frames_per_packet_ = frames_per_packet;
    report_.start_stream();
}

bool SinkLatency::reported(Duration latency) {
    const Time now = now_monotonic();
    const LatencyReport::News news = report_.report(latency, now);
    switch (news) {
        case LatencyReport::News::taken:
            taken();
            break;
        case LatencyReport::News::absurd:
            tell_absurd(latency);
            break;
        case LatencyReport::News::unsteady:
            tell_unsteady();
            break;
        case LatencyReport::News::none:
            break;
    }
    settle_.reset();
    if (const auto due = report_.due())
        settle_ = loop_.after(*due - now, [this] {
            if (report_.settle(now_monotonic()) != LatencyReport::News::taken) return;
            taken();
            changed_();
        });
    return news == LatencyReport::News::taken;
}

void SinkLatency::taken() {
    const Duration value = *report_.value();
    if (!sink_.is_virtual()) state_.learn_reported(key(), {value, now_of_day()});
    log_event(
        Severity::info, EventKind::latency,
        fmt::format("{}: the speaker reports a latency of {:.1f} ms", sink_.name, to_ms(value)),
        {{"SINK", sink_.name},
         {"ADDRESS", sink_.address},
         {"LATENCY_MS", fmt::format("{:.1f}", to_ms(value))}});
}

void SinkLatency::tell_absurd(Duration latency) const {
    log_event(Severity::warning, EventKind::latency,
              fmt::format("{}: ignoring a reported latency of {:.1f} ms, which is impossible; set "
                          "latency_ms or trim by ear if the speaker is out of step",
                          sink_.name, to_ms(latency)),
              {{"SINK", sink_.name}, {"ADDRESS", sink_.address}, {"REASON", "latency-absurd"}});
}

void SinkLatency::tell_unsteady() const {
    log_event(Severity::warning, EventKind::latency,
              fmt::format("{}: the reported latency keeps changing, so {:.1f} ms is used until it "
                          "is stable; set latency_ms to end this",
                          sink_.name, to_ms(report_.value().value_or(Duration{}))),
              {{"SINK", sink_.name}, {"ADDRESS", sink_.address}, {"REASON", "latency-unsteady"}});
}

std::optional<KnownLatency> SinkLatency::remembered() const {
    const auto value = report_.value();
    if (!value) return std::nullopt;
    // Heard in this run: not from the time of day, which a machine without a battery sets late.
    if (const auto heard = report_.heard()) return KnownLatency{*value, now_monotonic() - *heard};
    const auto last = state_.state().reported(key());
    return last ? std::optional(known(*last)) : std::nullopt;
}

Latency SinkLatency::latency(std::optional<Duration> configured) const {
    LatencySources sources;
    sources.configured = configured;
    const LearnedSpeaker* speaker = state_.state().find(key());
    if (speaker != nullptr && speaker->measured) sources.measured = known(*speaker->measured);
    auto& last =
        report_.origin() == LatencyReport::Origin::reported ? sources.reported : sources.remembered;
    last = remembered();
    return choose_latency(sources);
}

}  // namespace tandem
