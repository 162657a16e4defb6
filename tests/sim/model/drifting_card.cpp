// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/model/drifting_card.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace tandem::sim {

DriftingCard::DriftingCard(Settings settings)
    : settings_(std::move(settings)),
      clock_(settings_.crystal, settings_.rate.hz, settings_.start) {
    assert(settings_.sound.empty() || std::has_single_bit(settings_.sound.size()));
}

void DriftingCard::stall(Time from, Duration length) noexcept {
    stall_from_ = from;
    stall_until_ = from + length;
}

void DriftingCard::count_anew(Time now) noexcept {
    clock_.follow(now);
    origin_ = static_cast<std::int64_t>(clock_.count_at(now));
    frames_lost_ += static_cast<std::uint64_t>(origin_ - taken_);
    taken_ = visible_ = told_ = origin_;
    ++interruptions_;
}

void DriftingCard::xrun(Time now) noexcept {
    count_anew(now);
    restarting_ = true;
    ++xruns_;
}

void DriftingCard::unplug() noexcept {
    plugged_ = false;
    ++interruptions_;
}

void DriftingCard::plug_in(Time now) noexcept {
    count_anew(now);
    restarting_ = false;
    plugged_ = true;
}

StereoFrame DriftingCard::sound_at(std::int64_t frame) const noexcept {
    return settings_.sound[static_cast<std::size_t>(frame) & (settings_.sound.size() - 1)];
}

void DriftingCard::interrupt(Time edge, Time at) noexcept {
    const auto heard = static_cast<std::int64_t>(clock_.count_at(edge)) - origin_;
    const std::int64_t seen = origin_ + heard / settings_.grain.count * settings_.grain.count;
    if (seen <= visible_) return;
    visible_ = seen;
    interrupt_ = at;
}

// The lateness of a tick's interrupt, the same however often it is asked for.
Duration DriftingCard::lateness_of(std::int64_t tick) const noexcept {
    return Dice(static_cast<std::uint64_t>(tick)).between(Duration{0}, settings_.late);
}

// Ticks that nobody looked at in time are passed over: the last one tells all.
void DriftingCard::look(Time now) noexcept {
    clock_.follow(now);
    if (now >= stall_from_ && now < stall_until_) return;
    if (now >= stall_until_) {
        interrupt(stall_from_, stall_until_);
        stall_from_ = stall_until_ = Time::max();
        return;
    }
    std::int64_t tick = (now - settings_.start) / settings_.tick;
    if (now < settings_.start + settings_.tick * tick + lateness_of(tick)) --tick;
    if (tick <= ticks_) return;
    const Time edge = settings_.start + settings_.tick * tick;
    interrupt(edge, edge + lateness_of(tick));
    ticks_ = tick;
}

CaptureRead DriftingCard::read(std::span<StereoFrame> into, Time now) noexcept {
    if (!plugged_) return {.status = CaptureStatus::lost};
    look(now);
    CaptureRead result;
    if (std::exchange(restarting_, false)) {
        result.status = CaptureStatus::restarted;
        return result;
    }
    const auto ready = static_cast<std::size_t>(visible_ - taken_);
    result.frames = std::min(into.size(), ready);
    if (!settings_.sound.empty())
        for (std::size_t i = 0; i < result.frames; ++i)
            into[i] = sound_at(taken_ + static_cast<std::int64_t>(i));
    taken_ += static_cast<std::int64_t>(result.frames);
    if (visible_ > told_) {
        result.stamped = true;
        result.stamp = {Frames{visible_ - origin_}, interrupt_};
        told_ = visible_;
    }
    return result;
}

}  // namespace tandem::sim
