// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/delay_line.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

namespace tandem {
namespace {

constexpr Duration kLongestSlew = std::chrono::milliseconds{20};
constexpr Duration kFade = std::chrono::milliseconds{10};
// 131 / 65536 = 0.1999 %.
constexpr FineFrames kSlewStep = FineFrames::of_count(FineFrames::kPerFrame * 2 / 1000);
constexpr int kQuietPeak = 32;  // -60 dBFS

// From the earliest sample an interpolation looks at to the latest, for the longest read at the
// fastest slew.
constexpr std::size_t kMostAround = DelayLine::kLongestRead + SincInterpolator::kTaps + 1;

Frames length_of(std::span<const StereoFrame> block) {
    return {static_cast<std::int64_t>(block.size())};
}

std::int16_t to_sample(double value) {
    return static_cast<std::int16_t>(std::clamp(std::lrint(value), -32768L, 32767L));
}

FineFrames magnitude(FineFrames value) {
    return FineFrames::of_count(std::abs(value.count));
}

}  // namespace

DelayLine::DelayLine(const PcmHistory& history, SampleRate rate, FineFrames delay) noexcept
    : history_(history),
      longest_slew_(frames_in(kLongestSlew, rate)),
      fade_length_(frames_in(kFade, rate)),
      present_(delay),
      target_(delay) {}

void DelayLine::set_delay(FineFrames delay) noexcept {
    target_ = delay;
    if (motion_ == Motion::fading) return;
    motion_ = target_ == present_ ? Motion::at_rest : Motion::slewing;
}

Position DelayLine::needed(Position end) const noexcept {
    FineFrames least = std::min(present_, target_);
    if (motion_ == Motion::fading) least = std::min(least, fade_to_);
    const Frames ahead{motion_ == Motion::at_rest && least.is_whole() ? 0
                                                                      : SincInterpolator::kAfter};
    return end - least.rounded_up() + ahead;
}

void DelayLine::read(Position at, std::span<StereoFrame> into) noexcept {
    assert(into.size() <= kLongestRead);
    if (motion_ == Motion::slewing) start_motion(at, length_of(into));
    switch (motion_) {
        case Motion::at_rest:
            return read_steady(at, present_, into);
        case Motion::slewing:
            return slew(at, into);
        case Motion::fading:
            return fade(at, into);
    }
}

void DelayLine::recall(Position at, std::span<StereoFrame> into) const noexcept {
    read_steady(at, present_, into);
}

// Decided anew with every read: the input may fall quiet, or the delay be set elsewhere.
void DelayLine::start_motion(Position at, Frames length) noexcept {
    const bool far = magnitude(target_ - present_) > FineFrames(longest_slew_);
    if (!far && !is_quiet(at, length)) return;
    motion_ = Motion::fading;
    fade_to_ = target_;
    faded_ = Frames{0};
}

// A fade's length before the read as well: longer than a low tone stays near its zero.
bool DelayLine::is_quiet(Position at, Frames length) const noexcept {
    const Position from = at - fade_length_;
    const Frames whole = fade_length_ + length;
    return history_.is_quiet(from - present_.rounded_up(), whole, kQuietPeak) &&
           history_.is_quiet(from - target_.rounded_up(), whole, kQuietPeak);
}

void DelayLine::read_steady(Position at, FineFrames delay,
                            std::span<StereoFrame> into) const noexcept {
    if (delay.is_whole()) return history_.read(at - delay.rounded_up(), into);
    read_moving(at, delay, FineFrames{}, into);
}

// Frame i stands delay + i step before at + i.
void DelayLine::read_moving(Position at, FineFrames delay, FineFrames step,
                            std::span<StereoFrame> into) const noexcept {
    std::array<StereoFrame, kMostAround> around;
    const Position first = at - delay.rounded_up();
    history_.read(first - Frames{SincInterpolator::kBefore}, around);
    for (std::size_t i = 0; i < into.size(); ++i) {
        const Frames whole = delay.rounded_up();
        const auto place = static_cast<std::size_t>(
            (at + Frames{static_cast<std::int64_t>(i)} - whole - first).count);
        const double fraction =
            static_cast<double>((FineFrames(whole) - delay).count) / FineFrames::kPerFrame;
        const StereoSample sample = interpolator_.at(
            std::span(around).subspan(place).first<SincInterpolator::kTaps>(), fraction);
        into[i] = {to_sample(sample.left), to_sample(sample.right)};
        delay = delay + step;
    }
}

void DelayLine::slew(Position at, std::span<StereoFrame> into) noexcept {
    const FineFrames way = target_ - present_;
    const FineFrames step = kSlewStep * (way.count < 0 ? -1 : 1);
    const std::int64_t steps = std::min(way.count / step.count, length_of(into).count);
    const auto moving = into.first(static_cast<std::size_t>(steps));
    read_moving(at, present_, step, moving);
    present_ = present_ + step * steps;
    if (moving.size() == into.size()) return;
    // Less than a step is left: one frame more, and it stands.
    read_moving(at + length_of(moving), present_, FineFrames{}, into.subspan(moving.size(), 1));
    present_ = target_;
    motion_ = Motion::at_rest;
    read_steady(at + length_of(moving) + Frames{1}, present_, into.subspan(moving.size() + 1));
}

// Half a cosine: its slope is 0 at both ends.
void DelayLine::fade(Position at, std::span<StereoFrame> into) noexcept {
    std::array<StereoFrame, kLongestRead> buffer;
    const auto before = std::span(buffer).first(into.size());
    read_steady(at, present_, before);
    read_steady(at, fade_to_, into);
    const auto left = static_cast<std::size_t>((fade_length_ - faded_).count);
    for (std::size_t i = 0; i < std::min(left, into.size()); ++i) {
        const double done = static_cast<double>(faded_.count) + static_cast<double>(i) + 0.5;
        const double turn = done / static_cast<double>(fade_length_.count);
        const double share = 0.5 - 0.5 * std::cos(std::numbers::pi * turn);
        const auto mix = [share](int from, int to) {
            return to_sample(from + share * (to - from));
        };
        into[i] = {mix(before[i].left, into[i].left), mix(before[i].right, into[i].right)};
    }
    faded_ = faded_ + length_of(into);
    if (faded_ < fade_length_) return;
    present_ = fade_to_;
    motion_ = target_ == present_ ? Motion::at_rest : Motion::slewing;
}

}  // namespace tandem
