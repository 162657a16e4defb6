// SPDX-License-Identifier: GPL-3.0-or-later
// How a sink's machine connects, what it makes of BlueZ's answers, and how it explains itself.
#include "tandem/bluez/errors.hpp"
#include "tandem/bluez/sink_machine.hpp"

namespace tandem {

// Where the speaker is connected it was there to refuse; whether it had a free end point tells
// whether ours were asked to choose a configuration.
Reason SinkMachine::reason_for(const BusError& error) const {
    const std::string& said = error.said();
    if (!facts_.refusal.empty()) return reason(ReasonCode::no_common_codec, facts_.refusal);
    if (is_key_trouble(error)) return reason(ReasonCode::key_rejected, said);
    if (is_canceled(error) && !facts_.connected) return reason(ReasonCode::unreachable);
    if (is_unreachable(error)) return reason(ReasonCode::unreachable);
    if (mentions(error, "AccessDenied")) return reason(ReasonCode::access_denied, said);
    if (has_no_sink(error)) return reason(ReasonCode::wrong_role, said);
    if (!facts_.connected || is_canceled(error)) return reason(ReasonCode::connect_failed, said);
    if (facts_.plays_to_us) return reason(ReasonCode::wrong_role, said);
    if (!facts_.asked) return reason(ReasonCode::no_free_end_point, said);
    return reason(facts_.last_choice ? ReasonCode::rate_refused : ReasonCode::stream_refused, said);
}

bool SinkMachine::wants_connect(Time now) const {
    return phase_ == Phase::waiting && now >= page_due();
}

void SinkMachine::start_connect(Time now) {
    phase_ = Phase::paging;
    reconnect_.on_attempt_began(now);
    actions_.push_back(SinkAction::connect);
    // A later try is no news: an absent speaker would fill the journal otherwise.
    if (!reason_ || reason_.code == ReasonCode::waiting_turn) show(SinkState::connecting);
}

void SinkMachine::on_connect_done(const std::optional<BusError>& error, Time now) {
    if (phase_ != Phase::paging && phase_ != Phase::cancelling) return;
    if (!error || is_connected_already(*error)) {
        busy_answers_ = 0;
        phase_ = Phase::configuring;
        due_ = now + policy_.configuring;
        return show(SinkState::configuring);
    }
    if (facts_.claimed_elsewhere) return leave_to_the_other(now);
    wait();
    if (is_busy(*error)) return on_busy(reason(ReasonCode::connection_busy, error->said()), now);
    busy_answers_ = 0;
    const Reason why = reason_for(*error);
    const bool away = why.code == ReasonCode::unreachable;
    // One that is connected and does not answer is so over LE alone, which is no concern of ours.
    if (facts_.connected && !is_canceled(*error) && !away) return refused(why, now);
    refusals_ = 0;
    reconnect_.on_attempt_failed(now);
    // "Went away" says more than "does not answer" for as long as that is what happened.
    if (away && reason_.code == ReasonCode::connection_lost) return;
    show(away ? SinkState::absent : SinkState::failed, why);
}

// The speaker may be opening its stream itself, and two that open one at once refuse each other: it
// gets its turn, then another ConnectProfile. After some of them the connection is taken down, so
// that both sides are at a beginning.
void SinkMachine::refused(const Reason& why, Time now) {
    if (!facts_.last_choice && ++refusals_ < policy_.refused_tries)
        return reconnect_.on_attempt_refused(now);
    refusals_ = 0;
    give_up_transport(why);
}

// Whoever is at it, BlueZ or the speaker, may be done at any moment. Some speakers that connected
// in have lost a race and answer so until somebody takes the connection down and connects from here
// (bluez#2285, #2348, #2494).
void SinkMachine::on_busy(const Reason& why, Time now) {
    if (++busy_answers_ >= policy_.busy_tries) {
        busy_answers_ = 0;
        return give_up_transport(why);
    }
    reconnect_.on_attempt_postponed(now);
    show(SinkState::connecting, why);
}

// Whatever is waited for answers at some time, or its call does; until then nobody shall wonder.
void SinkMachine::explain(Time now) {
    if (state_ == SinkState::streaming || reason_) return unexplained_since_.reset();
    if (!unexplained_since_) unexplained_since_ = now;
    if (now - *unexplained_since_ >= policy_.unexplained) show(state_, why_it_lasts());
}

Reason SinkMachine::why_it_lasts() const {
    constexpr std::string_view silent = "BlueZ has not answered yet";
    switch (phase_) {
        case Phase::barred:
            return facts_.access.why;
        case Phase::waiting:
            return reason(ReasonCode::waiting_turn);
        case Phase::paging:
        case Phase::cancelling:
            if (!facts_.connected) return reason(ReasonCode::unreachable);
            return reason(ReasonCode::connect_failed, silent);
        case Phase::configuring:
            return reason(ReasonCode::not_configured);
        default:
            return reason(ReasonCode::acquire_failed, silent);
    }
}

}  // namespace tandem
