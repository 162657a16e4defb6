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

std::int16_t to_sample(double value) {
    return static_cast<std::int16_t>(std::lround(std::clamp(value, -kMostSample - 1, kMostSample)));
}

int peak_of(const StereoFrame& frame) {
    return std::max(std::abs(int{frame.left}), std::abs(int{frame.right}));
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
    const auto loudest = std::max_element(
        block.begin(), block.end(),
        [](const StereoFrame& a, const StereoFrame& b) { return peak_of(a) < peak_of(b); });
    const double most = kMostSample / std::max(1, peak_of(*loudest));
    double goal = std::min(target_, most);
    // Limited before: come back slowly. A new, lower or unlimited gain: ramp over the block.
    if (goal > current_ && current_ < target_ && target_ > 1.0)
        goal = std::min(goal, current_ + (target_ - current_) * kReleasePerBlock + 1e-5);
    const bool limiting = goal < current_ && goal == most;
    const double length = limiting ? std::max(1.0, static_cast<double>(loudest - block.begin()))
                                   : static_cast<double>(block.size());
    const double step = (goal - current_) / length;
    double gain = current_;
    for (StereoFrame& frame : block) {
        gain = step < 0 ? std::max(goal, gain + step) : std::min(goal, gain + step);
        frame.left = to_sample(frame.left * gain);
        frame.right = to_sample(frame.right * gain);
    }
    current_ = goal;
}

}  // namespace tandem
