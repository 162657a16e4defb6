// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/infrasound.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tandem {
namespace {

constexpr int kFrequency = 10;  // a whole number of frames a period at both rates
constexpr double kAmplitude = 327.68;

std::int16_t add(std::int16_t sample, int tone) noexcept {
    return static_cast<std::int16_t>(std::clamp(sample + tone, -32768, 32767));
}

}  // namespace

Infrasound::Infrasound(SampleRate rate) : period_(static_cast<std::size_t>(rate.hz / kFrequency)) {
    const double step = 2 * std::numbers::pi / static_cast<double>(period_.size());
    for (std::size_t i = 0; i < period_.size(); ++i)
        period_[i] = static_cast<std::int16_t>(
            std::lround(kAmplitude * std::sin(step * static_cast<double>(i))));
}

void Infrasound::mix(Position first, std::span<StereoFrame> into) const noexcept {
    if (!on_) return;
    // Divided in 64 bits: std::size_t has 32 on some machines, and 2^32 frames are a day.
    const auto length = static_cast<std::int64_t>(period_.size());
    auto at = static_cast<std::size_t>(first.frames % length);
    for (StereoFrame& frame : into) {
        frame.left = add(frame.left, period_[at]);
        frame.right = add(frame.right, period_[at]);
        if (++at == period_.size()) at = 0;
    }
}

}  // namespace tandem
