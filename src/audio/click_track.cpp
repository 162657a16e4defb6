// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/click_track.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

namespace tandem {
namespace {

// Its onset is what the ear compares: a decaying tone that begins at once, in the range of 1 to
// 4 kHz where hearing is keenest and every speaker plays; half of full scale.
constexpr double kPitchHz = 2000;
constexpr double kDecayS = 0.001;
constexpr double kPeak = 16384;
constexpr std::int64_t kLengthMs = 6;

// What one turns one's head for, without a start: a tone of a quarter of a second that rises and
// falls softly, a quarter of full scale.
constexpr double kTonePitchHz = 660;
constexpr double kTonePeak = 8192;
constexpr std::int64_t kToneLengthMs = 250;

double click_at(double t) noexcept {
    return kPeak * std::sin(2 * std::numbers::pi * kPitchHz * t) * std::exp(-t / kDecayS);
}

double tone_at(double t) noexcept {
    const double rise = std::sin(std::numbers::pi * t * 1000 / kToneLengthMs);
    return kTonePeak * std::sin(2 * std::numbers::pi * kTonePitchHz * t) * rise * rise;
}

std::int16_t sum(std::int16_t a, std::int16_t b) noexcept {
    using Limits = std::numeric_limits<std::int16_t>;
    return static_cast<std::int16_t>(
        std::clamp(int{a} + int{b}, int{Limits::min()}, int{Limits::max()}));
}

}  // namespace

ClickTrack::ClickTrack(SampleRate rate, ClickSound sound) {
    const bool click = sound == ClickSound::click;
    period_ = Frames{click ? rate.hz : rate.hz / 2};
    sound_.resize(static_cast<std::size_t>(rate.hz * (click ? kLengthMs : kToneLengthMs) / 1000));
    for (std::size_t i = 0; i < sound_.size(); ++i) {
        const double t = static_cast<double>(i) / rate.hz;
        sound_[i] = static_cast<std::int16_t>(std::lround(click ? click_at(t) : tone_at(t)));
    }
}

void ClickTrack::start(Position first, int count) noexcept {
    first_ = first;
    end_ = first + period_ * (count - 1) + Frames{static_cast<std::int64_t>(sound_.size())};
}

void ClickTrack::mix(Position first, std::span<StereoFrame> into) const noexcept {
    if (first >= end_) return;
    for (std::size_t i = 0; i < into.size(); ++i) {
        const Position at = first + Frames{static_cast<std::int64_t>(i)};
        if (at < first_ || at >= end_) continue;
        const auto within = static_cast<std::size_t>((at - first_).count % period_.count);
        if (within >= sound_.size()) continue;
        into[i].left = sum(into[i].left, sound_[within]);
        into[i].right = sum(into[i].right, sound_[within]);
    }
}

}  // namespace tandem
