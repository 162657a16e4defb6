// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/model/speaker.hpp"

#include <cassert>
#include <utility>

namespace tandem::sim {
namespace {

double seconds(Duration duration) noexcept {
    return static_cast<double>(duration.count()) / 1e9;
}

}  // namespace

Speaker::Speaker(const SpeakerSettings& settings, std::function<void(Mark)> sounded)
    : settings_(settings),
      sounded_(std::move(sounded)),
      clock_(settings.crystal, settings.rate.hz, Time{}) {}

void Speaker::set_latency(Duration latency) noexcept {
    // The buffer's level jumps with its target: nothing for the regulation to do.
    played_ -= seconds(latency - settings_.latency) * settings_.rate.hz;
    settings_.latency = latency;
}

void Speaker::begin(Time arrival) noexcept {
    state_ = State::playing;
    clock_.follow(arrival);
    now_ = arrival + settings_.latency;
    received_ = played_ = 0;
    last_length_ = 0;
    pending_count_ = 0;
    std::visit([](auto& regulation) { regulation.restart(); }, settings_.regulation);
    correction_ = std::visit([](auto& r) { return r.correction(); }, settings_.regulation);
}

void Speaker::play_until(Time until) {
    if (until <= now_) return;
    clock_.follow(until);
    const double per_ns = clock_.per_ns() * (1 + correction_);
    const double end = played_ + static_cast<double>((until - now_).count()) * per_ns;
    while (pending_count_ > 0 && pending_[first_pending_].at <= end) {
        const Pending& mark = pending_[first_pending_];
        sounded_(
            {mark.index, now_ + Duration{static_cast<std::int64_t>((mark.at - played_) / per_ns)}});
        first_pending_ = (first_pending_ + 1) % pending_.size();
        --pending_count_;
    }
    played_ = end;
    now_ = until;
    if (played_ < received_) return;
    ++counters_.underruns;
    state_ = State::dry;
}

void Speaker::conceal(Frames missing) noexcept {
    if (state_ == State::playing) received_ += static_cast<double>(missing.count);
}

bool Speaker::is_in_beat(Time arrival, Frames length) const noexcept {
    const double beats =
        seconds(arrival - last_arrival_) * settings_.rate.hz / static_cast<double>(length.count);
    return beats > 0.5 && beats < 1.5;
}

void Speaker::regulate(Time arrival, double received) noexcept {
    // now_ is later than the arrival until the first sound.
    const double level = (received_ - played_) / settings_.rate.hz + seconds(now_ - arrival);
    excess_s_ = level - seconds(settings_.latency);
    if (received_ > 0) {
        correction_ = std::visit(
            [&](auto& regulation) {
                regulation.observe(excess_s_, last_length_);
                return regulation.correction();
            },
            settings_.regulation);
    }
    last_length_ = received / settings_.rate.hz;
}

// Chosen places only ever come once: what is repeated by a longer delay does not count again.
void Speaker::find_marks(std::span<const FinePlace> places, Frames length) {
    const FinePlace end = places.back() + length.count * kFine;
    if (next_mark_ * kMarkDistance >= end) return;
    if (next_mark_ * kMarkDistance < places.front())
        next_mark_ = (places.front() + kMarkDistance - 1) / kMarkDistance;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const FinePlace place = next_mark_ * kMarkDistance;
        const FinePlace next = i + 1 < places.size() ? places[i + 1] : end;
        if (place < places[i] || place >= next) continue;
        assert(pending_count_ < pending_.size());
        const double inside = static_cast<double>(place - places[i]) /
                              static_cast<double>(next - places[i]) *
                              static_cast<double>(length.count);
        pending_[(first_pending_ + pending_count_++) % pending_.size()] = {
            next_mark_++,
            received_ + static_cast<double>(length.count) * static_cast<double>(i) + inside};
    }
}

void Speaker::receive(std::span<const FinePlace> places, Frames length, Time arrival) {
    if (state_ == State::playing) play_until(arrival);
    const bool dry = state_ == State::dry;
    const Frames packet = length * static_cast<std::int64_t>(places.size());
    const bool begins = dry ? is_in_beat(arrival, packet) : state_ == State::waiting;
    last_arrival_ = arrival;
    if (begins) begin(arrival);
    if (dry && !begins) return;
    ++counters_.packets;
    const auto received = static_cast<double>(length.count) * static_cast<double>(places.size());
    regulate(arrival, received);
    find_marks(places, length);
    received_ += received;
}

}  // namespace tandem::sim
