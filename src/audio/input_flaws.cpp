// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/input_flaws.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <utility>

namespace tandem {
namespace {

constexpr int kMost = std::numeric_limits<std::int16_t>::max();
constexpr double kFullScale = 32768;
// A loud sine touches full scale with a sample or two as well.
constexpr int kClipping = 3;
constexpr std::array<double, 6> kFrequencies{50, 100, 150, 60, 120, 180};
// Of the power below some hundred hertz: music on a note of 50 Hz has other notes as well.
constexpr double kMostlyHum = 0.5;
// Below this nobody hears it.
constexpr double kAudibleDbfs = -78;

bool at_full_scale(int sample) {
    return sample >= kMost || sample <= -kMost;
}

// What a bin's recursion has come to after `count` values of 1.
double after_ones(double count, double angle) {
    return std::sin(count * angle / 2) * std::sin((count + 1) * angle / 2) /
           (std::sin(angle / 2) * std::sin(angle));
}

}  // namespace

FlawMeter::FlawMeter(SampleRate rate) noexcept {
    for (std::size_t i = 0; i < kBins; ++i) {
        const double turns = kFrequencies[i] * kTogether / rate.hz;
        bins_[i].angle = 2 * std::numbers::pi * turns;
        bins_[i].twice_cosine = 2 * std::cos(bins_[i].angle);
    }
}

void FlawMeter::reset() noexcept {
    left_ = right_ = Channel{};
    for (Bin& bin : bins_)
        bin.newest = bin.before = 0;
    clippings_ = 0;
    gathered_ = 0;
    together_ = squares_ = 0;
}

void FlawMeter::take_full_scale(Channel& channel, int sample) noexcept {
    channel.at_full_scale = at_full_scale(sample) ? channel.at_full_scale + 1 : 0;
    if (channel.at_full_scale == kClipping) ++clippings_;
}

// Most blocks have nothing of it, and nothing to look at sample by sample.
void FlawMeter::look_for_clipping(std::span<const StereoFrame> block) noexcept {
    int most = 0;
    for (const StereoFrame& frame : block)
        most = std::max({most, std::abs(int{frame.left}), std::abs(int{frame.right})});
    if (!at_full_scale(most)) {
        left_.at_full_scale = right_.at_full_scale = 0;
        return;
    }
    for (const StereoFrame& frame : block) {
        take_full_scale(left_, frame.left);
        take_full_scale(right_, frame.right);
    }
}

void FlawMeter::take_together() noexcept {
    const double value = (left_.sum + right_.sum) / (2.0 * kTogether * kFullScale);
    left_.all += std::exchange(left_.sum, 0);
    right_.all += std::exchange(right_.sum, 0);
    squares_ += value * value;
    for (Bin& bin : bins_) {
        const double next = value + bin.twice_cosine * bin.newest - bin.before;
        bin.before = std::exchange(bin.newest, next);
    }
    together_ += 1;
    gathered_ = 0;
}

void FlawMeter::add(std::span<const StereoFrame> block) noexcept {
    if (block.empty()) return;
    look_for_clipping(block);
    while (!block.empty()) {
        const std::size_t count = std::min(block.size(), kTogether - gathered_);
        int left = 0;
        int right = 0;
        for (const StereoFrame& frame : block.first(count)) {
            left += frame.left;
            right += frame.right;
        }
        left_.sum += left;
        right_.sum += right;
        gathered_ += count;
        if (gathered_ == kTogether) take_together();
        block = block.subspan(count);
    }
}

// An offset reaches each bin, unless the stretch is whole turns of it: what it makes there is that
// of so many ones times the offset.
double FlawMeter::Bin::mean_square(double count, double offset) const noexcept {
    const double last = newest - offset * after_ones(count, angle);
    const double other = before - offset * after_ones(count - 1, angle);
    const double power = last * last + other * other - twice_cosine * last * other;
    return 2 * power / (count * count);  // of a sine with this amplitude
}

Hum FlawMeter::hum() const noexcept {
    const double offset =
        static_cast<double>(left_.all + right_.all) / (2.0 * kTogether * together_ * kFullScale);
    const double whole = squares_ / together_ - offset * offset;
    const auto of_mains = [&](std::size_t first) {
        double sum = 0;
        for (std::size_t i = first; i < first + kBins / 2; ++i)
            sum += bins_[i].mean_square(together_, offset);
        return sum;
    };
    const double europe = of_mains(0);
    const double america = of_mains(kBins / 2);
    const double found = std::max(europe, america);
    if (!(found > kMostlyHum * whole)) return {};
    const double dbfs = 10 * std::log10(found);
    if (dbfs < kAudibleDbfs) return {};
    return {europe >= america ? 50 : 60, dbfs};
}

InputFlaws FlawMeter::flaws() const noexcept {
    if (together_ == 0) return {.clippings = clippings_, .hum = {}};
    const double scale = kTogether * together_ * kFullScale;
    return {clippings_, static_cast<double>(left_.all) / scale,
            static_cast<double>(right_.all) / scale, hum()};
}

}  // namespace tandem
