// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/sink_machine.hpp"

#include <algorithm>
#include <utility>

#include "tandem/bluez/errors.hpp"
#include "tandem/bluez/reasons.hpp"

namespace tandem {
namespace {

// For a speaker to notice that its stream has ended.
constexpr Duration kEmptied = std::chrono::milliseconds{200};

}  // namespace

SinkMachine::SinkMachine(std::string address, const SinkPolicy& policy)
    : address_(std::move(address)), policy_(policy), reconnect_(policy.reconnect) {}

Reason SinkMachine::reason(ReasonCode code, std::string_view error) const {
    return make_reason(code, address_, facts_.adapter, error);
}

void SinkMachine::show(SinkState state, Reason reason) {
    state_ = state;
    reason_ = std::move(reason);
}

void SinkMachine::wait() {
    phase_ = Phase::waiting;
    streaming_since_.reset();
}

// `newly`: the way has just been closed, or the speaker has just connected all the same.
void SinkMachine::on_barred(bool newly) {
    const bool was_barred = phase_ == Phase::barred;
    const bool pages = phase_ == Phase::paging;
    if (is_streaming()) actions_.push_back(SinkAction::stop);
    const bool held = is_streaming() || phase_ == Phase::acquiring;
    if (held && !facts_.transport.empty()) actions_.push_back(SinkAction::release);
    phase_ = Phase::barred;
    switch (facts_.access.way) {
        case SinkAccess::Way::released:
            // Most speakers take one device at a time: a connection would keep the others out.
            if (pages) actions_.push_back(SinkAction::cancel);
            if (newly && facts_.connected) actions_.push_back(SinkAction::disconnect);
            return show(SinkState::resting, facts_.access.why);
        case SinkAccess::Way::resting:
            return show(SinkState::resting, facts_.access.why);
        case SinkAccess::Way::obstructed:
            return show(SinkState::failed, facts_.access.why);
        default:
            // What explains that it lasts stays.
            if (!was_barred || state_ != SinkState::absent) show(SinkState::absent);
    }
}

void SinkMachine::update(const SinkFacts& facts, Time now) {
    follow(facts, now);
    explain(now);
}

void SinkMachine::follow(const SinkFacts& facts, Time now) {
    const bool newly_connected = facts.connected && !facts_.connected;
    const bool newly_seen = facts.seen > facts_.seen;
    const bool sound_came = facts_.quiet && !facts.quiet;
    const bool newly_barred = facts.access.way != facts_.access.way;
    facts_ = facts;
    if (facts_.access.way != SinkAccess::Way::open)
        return on_barred(newly_barred || newly_connected);
    if (phase_ == Phase::barred) {
        wait();
        reconnect_.begin(now);
        show(SinkState::absent);
    }
    if (newly_connected && phase_ == Phase::waiting) reconnect_.on_connected(now);
    if (newly_seen && phase_ == Phase::waiting) reconnect_.on_seen(now);
    follow_transport(now);
    follow_attempt(now);
    follow_sound(sound_came, now);
    if (phase_ == Phase::acquire_later && now >= due_) start_acquire();
    if (phase_ == Phase::stalled && now >= due_) give_up_transport(reason_);
    if (is_streaming()) settle_streaming(now);
}

void SinkMachine::follow_transport(Time now) {
    const bool held =
        phase_ == Phase::acquiring || phase_ == Phase::acquire_later || is_streaming();
    if (held && facts_.transport != acquired_from_) lose_transport(now);
    const bool open = phase_ == Phase::waiting || phase_ == Phase::paging ||
                      phase_ == Phase::cancelling || phase_ == Phase::configuring;
    if (open && !facts_.transport.empty()) {
        acquire_failures_ = suspensions_ = acquires_in_progress_ = busy_answers_ = 0;
        start_acquire();
    }
}

void SinkMachine::follow_attempt(Time now) {
    if (phase_ == Phase::waiting && facts_.claimed_elsewhere && now >= page_due() &&
        reason_.code == ReasonCode::claimed_elsewhere) {
        reconnect_.on_attempt_postponed(now);
    }
    if (phase_ == Phase::paging && now >= reconnect_.limit(facts_.connected)) cancel_page();
    if (phase_ == Phase::configuring && !facts_.connected) lose_transport(now);
    if (phase_ == Phase::configuring && now >= due_) configuring_timed_out(now);
}

void SinkMachine::cancel_page() {
    phase_ = Phase::cancelling;
    actions_.push_back(SinkAction::cancel);
}

// A page that was due so soon only because nobody listened ends with the silence.
void SinkMachine::follow_sound(bool sound_came, Time now) {
    const bool early = reconnect_.due(true) > now;
    const bool pages = phase_ == Phase::paging && !facts_.connected;
    if (sound_came && facts_.air_in_use && pages && early) cancel_page();
}

void SinkMachine::settle_streaming(Time now) {
    if (now - *streaming_since_ >= policy_.stable) {
        reconnect_.lasts();
        acquire_failures_ = suspensions_ = 0;
    }
    if (facts_.transport_ended == ended_before_) return;
    actions_.push_back(SinkAction::stop);
    acquire_later(now, policy_.yield.after(3 * suspensions_++ + 1));
    show(SinkState::suspended, reason(ReasonCode::suspended));
}

void SinkMachine::acquire_later(Time now, Duration rest) {
    phase_ = Phase::acquire_later;
    due_ = now + rest;
}

void SinkMachine::lose_transport(Time now) {
    if (is_streaming()) actions_.push_back(SinkAction::stop);
    reconnect_.on_lost(now, streaming_since_ && now - *streaming_since_ >= policy_.stable);
    wait();
    show(SinkState::absent, reason(ReasonCode::connection_lost));
}

void SinkMachine::configuring_timed_out(Time now) {
    if (facts_.claimed_elsewhere) return leave_to_the_other(now);
    if (++unconfigured_ < policy_.configuring_tries) {
        wait();
        return reconnect_.on_attempt_in_vain(now);
    }
    unconfigured_ = 0;
    give_up_transport(reason(ReasonCode::not_configured));
}

// No fight with the other program: its user may mean it.
void SinkMachine::leave_to_the_other(Time now) {
    wait();
    reconnect_.on_attempt_failed(now);
    show(SinkState::failed, reason(ReasonCode::claimed_elsewhere));
}

void SinkMachine::start_acquire() {
    phase_ = Phase::acquiring;
    acquired_from_ = facts_.transport;
    actions_.push_back(SinkAction::acquire);
    if (state_ == SinkState::suspended) return;
    show(SinkState::configuring, reason_.code == ReasonCode::acquire_failed ? reason_ : Reason{});
}

void SinkMachine::on_acquire_done(const std::optional<BusError>& error, Time now) {
    if (phase_ != Phase::acquiring) return;
    if (!error) {
        phase_ = Phase::streaming;
        refusals_ = unconfigured_ = 0;
        acquires_in_progress_ = 0;
        streaming_since_ = now;
        ended_before_ = facts_.transport_ended;
        return show(SinkState::streaming);
    }
    if (mentions(*error, "InProgress") && ++acquires_in_progress_ < policy_.in_progress_tries)
        return acquire_later(now, policy_.in_progress);
    acquires_in_progress_ = 0;
    acquire_later(now, policy_.acquire.after(++acquire_failures_));
    const bool ours_no_more =
        mentions(*error, "NotAuthorized") || mentions(*error, "Not Authorized");
    const bool stuck = ours_no_more && facts_.transport_state == TransportState::active;
    const Reason why =
        reason(stuck ? ReasonCode::transport_stuck : ReasonCode::acquire_failed, error->said());
    // Who suspended the stream may take long (a call), and is not thrown out for it.
    const bool patient = state_ == SinkState::suspended && !stuck;
    if (patient) return;
    if (acquire_failures_ >= policy_.acquire_tries) return give_up_transport(why);
    show(SinkState::configuring, why);
}

void SinkMachine::on_acquire_unfit(const Reason& why, Time) {
    if (phase_ != Phase::acquiring) return;
    actions_.push_back(SinkAction::release);
    give_up_transport(why);
}

void SinkMachine::give_up_transport(const Reason& why) {
    phase_ = Phase::disconnecting;
    streaming_since_.reset();
    acquire_failures_ = 0;
    actions_.push_back(SinkAction::disconnect);
    show(SinkState::failed, why);
}

void SinkMachine::on_disconnect_done(Time now) {
    if (phase_ != Phase::disconnecting) return;
    wait();
    reconnect_.on_attempt_failed(now);
}

void SinkMachine::on_link_failed(const std::string& error, Time now) {
    if (!is_streaming()) return;
    actions_.push_back(SinkAction::stop);
    actions_.push_back(SinkAction::release);
    acquire_later(now, policy_.acquire.after(++acquire_failures_));
    show(SinkState::suspended, reason(ReasonCode::link_failed, error));
}

void SinkMachine::restart(Time now) {
    if (!is_streaming()) return;
    actions_.push_back(SinkAction::stop);
    actions_.push_back(SinkAction::release);
    acquire_later(now, kEmptied);
    show(SinkState::suspended, reason(ReasonCode::begun_anew));
}

void SinkMachine::on_link_stalled(Time now) {
    if (phase_ != Phase::streaming) return;
    phase_ = Phase::stalled;
    due_ = now + policy_.stall;
    show(SinkState::stalled, reason(ReasonCode::link_stalled));
}

void SinkMachine::on_link_moves(Time) {
    if (phase_ != Phase::stalled) return;
    phase_ = Phase::streaming;
    show(SinkState::streaming);
}

std::vector<SinkAction> SinkMachine::take_actions() {
    return std::exchange(actions_, {});
}

std::optional<Time> SinkMachine::wake_up() const {
    const auto next = next_step();
    if (!unexplained_since_ || state_ == SinkState::streaming || reason_) return next;
    const Time explained = *unexplained_since_ + policy_.unexplained;
    return next ? std::min(*next, explained) : explained;
}

std::optional<Time> SinkMachine::next_step() const {
    switch (phase_) {
        case Phase::waiting:
            return page_due();
        case Phase::paging:
            return reconnect_.limit(facts_.connected);
        case Phase::configuring:
        case Phase::acquire_later:
        case Phase::stalled:
            return due_;
        default:
            return std::nullopt;
    }
}

}  // namespace tandem
