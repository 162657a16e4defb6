// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong in a living room, beyond what a quiet household sees.
#include <algorithm>

#include "sim/model/living_room.hpp"

namespace tandem::sim {
namespace {

using namespace std::chrono_literals;

// What a sound card can hold until somebody reads it.
constexpr Duration kCardBuffer = 200ms;
// Until a stream that ended is there again, and for how long it is not begun anew once more.
constexpr Duration kSuspended = 400ms;
constexpr Duration kNotAnewAgain = 10s;

}  // namespace

// All speakers find their place anew.
void LivingRoom::settle_again() noexcept {
    settled_at_ = std::max(settled_at_, now_ + kSettlingTime);
}

void LivingRoom::unplug() {
    if (!card_.plugged()) return;
    card_.unplug();
    card_back_at_ = now_ + dice_.between(1s, 60s);
}

void LivingRoom::plug_in() {
    card_.plug_in(now_);
    (void)engine_.exchange_capture(&card_);
    card_back_at_ = Time::max();
    settle_again();
}

void LivingRoom::stand_still(Duration length) {
    now_ += length;
    stood_still_ += length;
    if (length > kCardBuffer && card_.plugged()) card_.xrun(now_);
    settle_again();
}

// Nobody knows what the speaker still has of the old stream: it ends, and another begins.
void LivingRoom::fall_deaf(std::size_t sink, Duration length) {
    sinks_[sink]->deaf_until = now_ + length;
    sinks_[sink]->back_at = now_ + length + 1s;
    settled_at_ = std::max(settled_at_, sinks_[sink]->back_at);
}

void LivingRoom::begin_anew(std::size_t index) {
    RoomSink& sink = *sinks_[index];
    ++record_.sinks[index].anew;
    leave(index);
    sink.not_anew_until = now_ + kNotAnewAgain;
    sink.back_at = now_ + kSuspended;
    settled_at_ = std::max(settled_at_, sink.back_at);
    next_event_ = std::min(next_event_, sink.back_at);
}

SinkKnowledge LivingRoom::knowledge_of(const RoomSink& sink) const {
    return {.latency = sink.report.value().value_or(sink.latency),
            .certain = sink.certain,
            .plays_on = sink.plays_on};
}

void LivingRoom::set_certain(std::size_t index, bool certain, bool plays_on) {
    RoomSink& sink = *sinks_[index];
    sink.certain = certain;
    sink.plays_on = plays_on;
    if (sink.chain) sink.chain->set_knowledge(knowledge_of(sink));
}

void LivingRoom::report_falsely(std::size_t sink) {
    RoomSink& reporter = *sinks_[sink];
    (void)reporter.report.report(0ms, now_);
    (void)reporter.report.report(4s, now_);
    (void)reporter.report.report(reporter.latency + 30ms, now_);
    reporter.true_report_at = now_ + dice_.between(100ms, 1900ms);
}

void LivingRoom::follow_report(std::size_t sink) {
    RoomSink& reporter = *sinks_[sink];
    if (now_ >= reporter.true_report_at) {
        (void)reporter.report.report(reporter.latency, now_);
        reporter.true_report_at = Time::max();
    }
    if (reporter.report.settle(now_) == LatencyReport::News::taken) plan();
}

void LivingRoom::reload() {
    const std::array played{sinks_[0]->chain != nullptr, sinks_[1]->chain != nullptr};
    for (std::size_t i = 0; i < sinks_.size(); ++i)
        leave(i);
    for (std::size_t i = 0; i < sinks_.size(); ++i)
        if (played[i]) attach(i);
}

}  // namespace tandem::sim
