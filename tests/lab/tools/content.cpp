// SPDX-License-Identifier: GPL-3.0-or-later
#include "content.hpp"

#include <algorithm>
#include <cmath>

namespace lab {

namespace {

using namespace std::chrono_literals;

constexpr Time kLongestLatency = 3s;    // further back nobody looks for a packet's content
constexpr std::int64_t kStretch = 512;  // frames that are compared at least
// A delay that is being slewed moves a packet's content by a few frames.
constexpr std::int64_t kReach = 8;

}  // namespace

Follower::Follower(const Locator& locator, const AuxClock& aux, const Decoded& decoded)
    : locator_{locator}, aux_{aux}, decoded_{decoded} {
    mix_.reserve(decoded.left.size());
    for (std::size_t i = 0; i < decoded.left.size(); ++i)
        mix_.push_back(decoded.left[i] + decoded.right[i]);
}

std::optional<std::int64_t> Follower::find(std::size_t packet, Time arrival) {
    const auto start = static_cast<std::int64_t>(decoded_.starts[packet]);
    const auto stretch = stretch_at(decoded_.starts[packet], decoded_.count(packet));
    if (silent(stretch)) return std::nullopt;
    std::optional<std::int64_t> found;
    if (on_track_) found = locator_.near(stretch, start + offset_, kReach);
    if (!found) {
        const auto last = static_cast<std::int64_t>(aux_.frame_at(arrival));
        const auto first = static_cast<std::int64_t>(aux_.frame_at(arrival - kLongestLatency));
        found = locator_.between(stretch, first, last);
    }
    on_track_ = on_track_ || found.has_value();
    if (found) offset_ = *found - start;
    return found;
}

// The packet's own frames, or as many from its start on as a comparison needs.
std::span<const float> Follower::stretch_at(std::size_t start, std::size_t count) const {
    const std::size_t size = std::max<std::size_t>(count, kStretch);
    return std::span{mix_}.subspan(start, std::min(size, mix_.size() - start));
}

bool Follower::silent(std::span<const float> stretch) const {
    double sum = 0;
    for (const float value : stretch)
        sum += double{value} * value;
    constexpr double kQuiet = 0.02;  // of the noise's level, so that a gain of -30 dB still counts
    return stretch.empty() ||
           std::sqrt(sum / static_cast<double>(stretch.size())) < kQuiet * locator_.rms();
}

void Likeness::add(const Decoded& decoded, std::size_t start, std::int64_t count,
                   const Sound& played, std::int64_t position) {
    const std::int64_t end = std::min(count, played.frames() - position);
    for (std::int64_t i = std::max<std::int64_t>(0, -position); i < end; ++i) {
        const auto at = static_cast<std::size_t>(2 * (position + i));
        const std::array<double, 2> in{double(played.samples[at]), double(played.samples[at + 1])};
        const auto from = start + static_cast<std::size_t>(i);
        const std::array<double, 2> out{decoded.left[from], decoded.right[from]};
        for (std::size_t c = 0; c < 2; ++c) {
            in_in_[c] += in[c] * in[c];
            out_out_[c] += out[c] * out[c];
            in_out_[c] += in[c] * out[c];
        }
    }
}

double Likeness::snr_db(std::size_t channel) const {
    const double energy = in_in_[channel] * out_out_[channel];
    const double rho2 = energy > 0 ? in_out_[channel] * in_out_[channel] / energy : 0;
    return 10 * std::log10(std::max(rho2, 1e-6) / std::max(1 - rho2, 1e-6));
}

double Likeness::gain_db(std::size_t channel) const {
    return in_in_[channel] > 0
               ? 10 * std::log10(std::max(out_out_[channel] / in_in_[channel], 1e-9))
               : 0;
}

}  // namespace lab
