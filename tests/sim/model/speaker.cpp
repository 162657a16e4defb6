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

void Speaker::forget() noexcept {
    received_ = played_ = 0;
    last_length_ = 0;
    pending_count_ = 0;
    filled_ = 0;
    std::visit([](auto& regulation) { regulation.restart(); }, settings_.regulation);
    correction_ = std::visit([](auto& r) { return r.correction(); }, settings_.regulation);
    if (!settings_.rules.begins_by_time()) correction_ = 0;
}

void Speaker::begin(Time arrival) noexcept {
    state_ = State::playing;
    clock_.follow(arrival);
    now_ = arrival + settings_.latency;
    forget();
}

// A counting one begins when enough has come, and looks at its buffer with each packet after that.
void Speaker::count(Time arrival, Frames length) noexcept {
    ++filled_;
    dry_ = false;
    const double frames = (received_ - played_) / static_cast<double>(length.count);
    if (state_ == State::playing) {
        correction_ = settings_.rules.correction_at(frames);
    } else if (settings_.rules.begins_at(filled_, frames)) {
        state_ = State::playing;
        clock_.follow(arrival);
        now_ = arrival;
    }
}

bool Speaker::has_room(Frames packet, Frames length) const noexcept {
    if (settings_.rules.begins_by_time()) return true;
    const double held = received_ - played_;
    if (settings_.rules.kind == SpeakerKind::packets)
        return held < static_cast<double>(packet.count) * SpeakerRules::kMostPackets;
    return held + static_cast<double>(packet.count) <=
           static_cast<double>(length.count) * SpeakerRules::kMostFrames;
}

void Speaker::run_dry() noexcept {
    if (!dry_) ++counters_.underruns;
    switch (settings_.rules.kind) {
        case SpeakerKind::placing:
            state_ = State::dry;
            break;
        case SpeakerKind::counting:
            dry_ = true;
            played_ = received_;
            break;
        default:
            state_ = State::waiting;
    }
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
    if (played_ >= received_) run_dry();
}

void Speaker::conceal(Frames missing) noexcept {
    if (state_ == State::playing && settings_.rules.places())
        received_ += static_cast<double>(missing.count);
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

// Whether the packet goes into the buffer; begins to play or to fill it up if that is due.
bool Speaker::takes(Time arrival, Frames packet) noexcept {
    const bool dry = state_ == State::dry;
    const bool begins = dry ? is_in_beat(arrival, packet) : state_ == State::waiting;
    last_arrival_ = arrival;
    if (begins && settings_.rules.begins_by_time()) {
        begin(arrival);
    } else if (begins) {
        state_ = State::filling;
        forget();
    }
    return !dry || begins;
}

void Speaker::receive(std::span<const FinePlace> places, Frames length, Time arrival) {
    if (state_ == State::playing) play_until(arrival);
    const Frames packet = length * static_cast<std::int64_t>(places.size());
    if (!takes(arrival, packet) || !has_room(packet, length)) return;
    ++counters_.packets;
    const auto received = static_cast<double>(packet.count);
    if (settings_.rules.begins_by_time()) regulate(arrival, received);
    find_marks(places, length);
    received_ += received;
    if (!settings_.rules.begins_by_time()) count(arrival, length);
}

}  // namespace tandem::sim
