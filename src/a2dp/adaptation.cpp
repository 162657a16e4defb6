// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/a2dp/adaptation.hpp"

#include <algorithm>

namespace tandem {
namespace {

// One second may be a door or a microwave oven's beginning; the queue holds a quarter of it.
constexpr int kCongestedLooks = 2;
// Half a minute at first. A step up that was wrong doubles it, up to five minutes.
constexpr int kFirstPatience = 30;
constexpr int kMostPatience = 300;
constexpr int kLeastBitpool = 14;  // below, music is unpleasant, and packets hardly get shorter

}  // namespace

// 51 -> 34 -> 25 -> 19, packets of 8 frames: 933, 661, 517 and 421 bytes. The second fits the
// largest packet of 2 Mbit/s (2-DH5, 679), the third three slots of 3 Mbit/s (3-DH3, 552).
BitpoolAdaptation::BitpoolAdaptation(const SbcConfig& config)
    : steps_{config.bitpool}, patience_(kFirstPatience) {
    const int least = std::max(config.min_bitpool, kLeastBitpool);
    for (const int lower : {config.bitpool * 2 / 3, config.bitpool / 2, config.bitpool * 3 / 8}) {
        if (lower >= least && lower < steps_.back()) steps_.push_back(lower);
    }
}

BitpoolAdaptation::Link BitpoolAdaptation::judge(const LinkUse& before, const LinkUse& now) {
    const std::uint64_t sent = now.sent - before.sent;
    const std::uint64_t waited = now.waited - before.waited;
    const std::uint64_t dropped = now.dropped - before.dropped;
    // Nothing leaves: out of reach, or no sound. A lower bitpool would not help.
    if (sent == 0) return Link::silent;
    if (dropped > 0 || 4 * waited >= sent) return Link::congested;
    return waited == 0 ? Link::free : Link::busy;
}

void BitpoolAdaptation::step_down() {
    if (step_ + 1 < steps_.size()) ++step_;
    patience_ = stepped_up_ ? std::min(2 * patience_, kMostPatience) : kFirstPatience;
    stepped_up_ = false;
    congested_ = 0;
}

void BitpoolAdaptation::step_up() {
    --step_;
    stepped_up_ = true;
    free_ = 0;
}

int BitpoolAdaptation::look(const LinkUse& use) {
    const Link link = judge(seen_, use);
    seen_ = use;
    congested_ = link == Link::congested ? congested_ + 1 : 0;
    free_ = link == Link::free ? free_ + 1 : 0;
    if (congested_ >= kCongestedLooks) step_down();
    if (free_ >= kFirstPatience) stepped_up_ = false;
    if (free_ >= patience_ && step_ > 0) step_up();
    return bitpool();
}

}  // namespace tandem
