// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/speaker_volume.hpp"

#include <utility>

namespace tandem {

void SpeakerVolume::report(std::optional<int> level, Time now) noexcept {
    settle(now);
    const bool changed = reported_ != level;
    reported_ = level;
    if (!level) return go_away(now);
    if (phase_ == Phase::away) {
        phase_ = Phase::settling;
        settled_at_ = now + kSettle;
    }
    if (!changed) return;
    answered_ = true;
    // A press, or what the speaker makes of a request: either is what it is to be from now on.
    if (phase_ != Phase::steady || buttons_ != VolumeButtons::followed || wished_) return;
    if (!turning_ || now >= turning_->since + kGoodbye) turning_ = {now, wanted_};
    wanted_ = level;
}

void SpeakerVolume::go_away(Time now) noexcept {
    if (wanted_ == 0 && turning_ && now < turning_->since + kGoodbye) wanted_ = turning_->before;
    turning_.reset();
    phase_ = Phase::away;
    refused_.reset();
    asked_at_.reset();
}

void SpeakerVolume::set(int level) noexcept {
    wanted_ = level;
    turning_.reset();
    refused_.reset();
    wished_ = true;
}

// 127 is taken over by nobody's wish alone: see kSettle.
void SpeakerVolume::settle(Time now) noexcept {
    if (phase_ == Phase::settling && now >= settled_at_) phase_ = Phase::steady;
    if (phase_ == Phase::steady && !wanted_ && reported_ < kMostVolume) wanted_ = reported_;
}

bool SpeakerVolume::held() const noexcept {
    const bool now =
        phase_ == Phase::settling || (phase_ == Phase::steady && buttons_ == VolumeButtons::undone);
    return now && wanted_ && reported_ != wanted_ && reported_ != refused_;
}

bool SpeakerVolume::answer_due(Time now) const noexcept {
    return asked_at_ && now < *asked_at_ + kRest;
}

std::optional<int> SpeakerVolume::take_request(Time now) noexcept {
    settle(now);
    if (phase_ == Phase::away) return std::nullopt;
    if (!std::exchange(wished_, false)) {
        if (!held() || answer_due(now)) return std::nullopt;
        // It was asked and has not moved: it has coarser steps, or does as it likes. While it
        // settles it may not hear yet.
        if (phase_ == Phase::steady && asked_at_ && !answered_) {
            refused_ = reported_;
            return std::nullopt;
        }
    }
    asked_at_ = now;
    answered_ = false;
    return wanted_;
}

std::optional<Time> SpeakerVolume::due() const noexcept {
    std::optional<Time> due;
    if (phase_ == Phase::settling) due = settled_at_;
    if (held() && asked_at_ && (!due || *asked_at_ + kRest < *due)) due = *asked_at_ + kRest;
    return due;
}

std::optional<int> SpeakerVolume::level(Time now) const noexcept {
    const bool asked = wished_ || (!answered_ && answer_due(now));
    if (!reported_ || asked || buttons_ == VolumeButtons::undone)
        return wanted_ ? wanted_ : reported_;
    return reported_;
}

}  // namespace tandem
