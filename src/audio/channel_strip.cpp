// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/channel_strip.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace tandem {
namespace {

constexpr double kMostSample = std::numeric_limits<std::int16_t>::max();
constexpr double kReleasePerBlock = 0.014;  // of the way back; 128 frames: about 200 ms at 48 kHz

// Rounds half away from zero, as lround does, which is a call for each sample.
std::int16_t to_sample(double value) {
    const double bounded = std::clamp(value, -kMostSample - 1, kMostSample);
    return static_cast<std::int16_t>(bounded + std::copysign(0.5, bounded));
}

int peak_of(const StereoFrame& frame) {
    return std::max(std::abs(int{frame.left}), std::abs(int{frame.right}));
}

void scale(std::span<StereoFrame> block, double gain) {
    for (StereoFrame& frame : block)
        frame = {to_sample(frame.left * gain), to_sample(frame.right * gain)};
}

// How many frames come before the first one as loud as `peak`; at least 1.
std::size_t frames_before(std::span<const StereoFrame> block, int peak) {
    const auto first = std::find_if(block.begin(), block.end(), [peak](const StereoFrame& frame) {
        return peak_of(frame) == peak;
    });
    return std::max<std::size_t>(1, static_cast<std::size_t>(first - block.begin()));
}

}  // namespace

double gain_from_db(double db) noexcept {
    return db == 0.0 ? 1.0 : std::pow(10.0, db / 20.0);
}

ChannelStrip::ChannelStrip(Role role, double gain_db) noexcept
    : role_(role), target_(gain_from_db(gain_db)), current_(target_) {}

void ChannelStrip::set_gain_db(double gain_db) noexcept {
    target_ = gain_from_db(gain_db);
}

void ChannelStrip::mix(std::span<StereoFrame> block) const noexcept {
    for (StereoFrame& frame : block) {
        switch (role_) {
            case Role::stereo:
                return;
            case Role::left:
                frame.right = frame.left;
                break;
            case Role::right:
                frame.left = frame.right;
                break;
            case Role::mono:
                frame.left = static_cast<std::int16_t>((frame.left + frame.right) / 2);
                frame.right = frame.left;
                break;
        }
    }
}

void ChannelStrip::process(std::span<StereoFrame> block) noexcept {
    mix(block);
    if (block.empty() || (current_ == 1.0 && target_ == 1.0)) return;
    int peak = 1;
    for (const StereoFrame& frame : block)
        peak = std::max(peak, peak_of(frame));
    const double most = kMostSample / peak;
    double goal = std::min(target_, most);
    // Limited before: come back slowly. A new, lower or unlimited gain: ramp over the block.
    if (goal > current_ && current_ < target_ && target_ > 1.0)
        goal = std::min(goal, current_ + (target_ - current_) * kReleasePerBlock + 1e-5);
    const bool limiting = goal < current_ && goal == most;
    ramp(block, goal, limiting ? frames_before(block, peak) : block.size());
}

// The gain changes evenly, and has come to `goal` after `frames`.
void ChannelStrip::ramp(std::span<StereoFrame> block, double goal, std::size_t frames) noexcept {
    if (goal == current_) return scale(block, goal);
    const double step = (goal - current_) / static_cast<double>(frames);
    const double low = std::min(current_, goal);
    const double high = std::max(current_, goal);
    double gain = current_;
    for (StereoFrame& frame : block) {
        gain = std::clamp(gain + step, low, high);
        frame.left = to_sample(frame.left * gain);
        frame.right = to_sample(frame.right * gain);
    }
    current_ = goal;
}

}  // namespace tandem
