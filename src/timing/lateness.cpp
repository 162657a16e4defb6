// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/lateness.hpp"

#include <algorithm>

namespace tandem {
namespace {

constexpr Duration kBin = std::chrono::microseconds{250};
constexpr std::uint32_t kHalveAt = 1U << 15;
constexpr std::uint32_t kEnough = 1000;
constexpr Duration kWakeUp = std::chrono::milliseconds{1};
constexpr Duration kLeastGuard = std::chrono::milliseconds{2};

}  // namespace

void LatenessMeter::add(Duration lateness) noexcept {
    const auto last = static_cast<std::int64_t>(counts_.size()) - 1;
    const std::int64_t bin = std::clamp<std::int64_t>(lateness / kBin, 0, last);
    ++counts_[static_cast<std::size_t>(bin)];
    if (++total_ < kHalveAt) return;
    total_ = 0;
    for (std::uint32_t& count : counts_) {
        count /= 2;
        total_ += count;
    }
}

std::optional<Duration> LatenessMeter::usual_worst() const noexcept {
    if (total_ < kEnough) return std::nullopt;
    std::uint32_t later = 0;
    std::size_t bin = counts_.size();
    while (bin > 1 && later + counts_[bin - 1] <= total_ / 1000)
        later += counts_[--bin];
    return kBin * static_cast<std::int64_t>(bin);
}

Duration choose_guard(Duration most, std::optional<Duration> lateness) noexcept {
    if (!lateness) return most;
    return std::min(most, std::max(kLeastGuard, *lateness + kWakeUp));
}

}  // namespace tandem
