// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/reconnect.hpp"

#include <algorithm>
#include <utility>

namespace tandem {

void Reconnect::begin(Time now) {
    failures_ = short_streams_ = 0;
    hastened_ = false;
    sightings_count_ = true;
    due_ = idle_due_ = now;
}

void Reconnect::rest(Time now, int failures) {
    const Duration rest = policy_.rest.after(failures);
    ended_ = now;
    due_ = now + rest;
    idle_due_ = now + std::min(rest, policy_.idle_rest);
}

void Reconnect::on_lost(Time now, bool lasting) {
    failures_ = 0;
    hastened_ = false;
    sightings_count_ = true;
    if (!lasting) return rest(now, ++short_streams_);
    lasts();
    ended_ = now;
    due_ = idle_due_ = now + policy_.after_loss;
}

void Reconnect::on_attempt_began(Time now) {
    began_ = now;
}

void Reconnect::on_attempt_failed(Time now) {
    if (std::exchange(hastened_, false)) sightings_count_ = false;
    rest(now, ++failures_);
}

void Reconnect::on_attempt_postponed(Time now) {
    due_ = idle_due_ = now + policy_.its_turn;
}

void Reconnect::on_attempt_refused(Time now) {
    due_ = idle_due_ = now + policy_.after_refusal;
}

// Who is found by a search answers pages too, as a rule; where it does not, searching must not make
// us page all the time.
void Reconnect::on_seen(Time now) {
    if (!sightings_count_) return;
    const Time soonest = std::max(now, ended_ + policy_.rest.first);
    if (soonest >= due_) return;
    hastened_ = true;
    due_ = soonest;
    idle_due_ = std::min(idle_due_, due_);
}

// No page any more: the connection is there.
void Reconnect::on_connected(Time now) {
    due_ = std::min(due_, now + policy_.its_turn);
    idle_due_ = std::min(idle_due_, due_);
}

Time Reconnect::due(bool air_in_use) const {
    return air_in_use ? due_ : idle_due_;
}

}  // namespace tandem
