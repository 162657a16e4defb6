// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/sink_machine.hpp"

#include <utility>

#include "tandem/bluez/reasons.hpp"

namespace tandem {
namespace {

bool names(const BusError& error, std::string_view what) {
    return error.name.find(what) != std::string::npos ||
           error.message.find(what) != std::string::npos;
}

bool is_busy(const BusError& error) {
    return names(error, "InProgress") || names(error, "br-connection-busy");
}

// What a page that was not answered looks like: BlueZ 5.66 says it in the message, older
// kernels as the errno's text.
bool is_unreachable(const BusError& error) {
    return names(error, "page-timeout") || names(error, "Host is down") ||
           names(error, "br-connection-timeout") || names(error, "Connection timed out") ||
           names(error, "ConnectionAttemptFailed") || names(error, "No route to host") ||
           names(error, "br-connection-canceled");
}

bool is_key_trouble(const BusError& error) {
    return names(error, "key-missing") || names(error, "AuthenticationFailed") ||
           names(error, "AuthenticationRejected");
}

}  // namespace

SinkMachine::SinkMachine(std::string address, const SinkPolicy& policy)
    : address_(std::move(address)), policy_(policy) {}

Reason SinkMachine::reason(std::string_view code, std::string_view error) const {
    return make_reason(code, address_, facts_.adapter, error);
}

Reason SinkMachine::reason_for(const BusError& error) const {
    const std::string& said = error.message.empty() ? error.name : error.message;
    if (!facts_.refusal.empty()) return reason("no-common-codec", facts_.refusal);
    if (is_key_trouble(error)) return reason("key-rejected", said);
    if (is_unreachable(error)) return reason("unreachable");
    if (names(error, "AccessDenied")) return reason("access-denied", said);
    return reason("connect-failed", said);
}

void SinkMachine::show(SinkState state, Reason reason) {
    state_ = state;
    reason_ = std::move(reason);
}

void SinkMachine::wait(Time until) {
    phase_ = Phase::waiting;
    due_ = until;
}

void SinkMachine::update(const SinkFacts& facts, Time now) {
    facts_ = facts;
    if (facts_.obstacle) {
        if (phase_ == Phase::streaming) actions_.push_back(SinkAction::stop);
        const bool held = phase_ == Phase::streaming || phase_ == Phase::acquiring;
        if (held && !facts_.transport.empty()) actions_.push_back(SinkAction::release);
        phase_ = Phase::blocked;
        failures_ = 0;
        return show(SinkState::failed, *facts_.obstacle);
    }
    if (phase_ == Phase::blocked) {
        wait(now);
        show(SinkState::absent);
    }
    const bool held =
        phase_ == Phase::acquiring || phase_ == Phase::acquire_later || phase_ == Phase::streaming;
    if (held && facts_.transport != acquired_from_) lose_transport(now);
    const bool open =
        phase_ == Phase::waiting || phase_ == Phase::paging || phase_ == Phase::configuring;
    if (open && !facts_.transport.empty()) {
        acquire_failures_ = 0;
        start_acquire();
    }
    const bool claimed = facts_.claimed_elsewhere && reason_.code == "claimed-elsewhere";
    if (phase_ == Phase::waiting && now >= due_ && claimed) due_ = now + policy_.reconnect.first;
    if (phase_ == Phase::configuring && !facts_.connected) lose_transport(now);
    if (phase_ == Phase::configuring && now >= due_) configuring_timed_out();
    if (phase_ == Phase::acquire_later && now >= due_) start_acquire();
    if (phase_ == Phase::streaming) settle_streaming(now);
}

void SinkMachine::settle_streaming(Time now) {
    if (now - streaming_since_ >= policy_.stable) failures_ = acquire_failures_ = 0;
    if (facts_.transport_ended != ended_before_) {
        actions_.push_back(SinkAction::stop);
        phase_ = Phase::acquire_later;
        due_ = now + policy_.acquire.after(++acquire_failures_);
        show(SinkState::suspended, reason("suspended"));
    }
}

void SinkMachine::lose_transport(Time now) {
    if (phase_ == Phase::streaming) actions_.push_back(SinkAction::stop);
    wait(now + next_reconnect());
    show(SinkState::absent, reason("connection-lost"));
}

void SinkMachine::configuring_timed_out() {
    if (facts_.claimed_elsewhere) {
        // No fight with the other program: its user may mean it.
        wait(due_ + next_reconnect());
        return show(SinkState::failed, reason("claimed-elsewhere"));
    }
    give_up_transport(reason("not-configured"));
}

void SinkMachine::start_acquire() {
    phase_ = Phase::acquiring;
    acquired_from_ = facts_.transport;
    actions_.push_back(SinkAction::acquire);
    if (state_ == SinkState::suspended) return;
    show(SinkState::configuring, reason_.code == "acquire-failed" ? reason_ : Reason{});
}

bool SinkMachine::wants_connect(Time now) const {
    return phase_ == Phase::waiting && now >= due_ && !facts_.obstacle;
}

void SinkMachine::start_connect(Time) {
    phase_ = Phase::paging;
    actions_.push_back(SinkAction::connect);
    // A later try is no news: an absent speaker would fill the journal otherwise.
    if (reason_.code.empty()) show(SinkState::connecting);
}

void SinkMachine::connect_done(const std::optional<BusError>& error, Time now) {
    if (phase_ != Phase::paging) return;
    if (!error || names(*error, "AlreadyConnected") || names(*error, "already-connected")) {
        phase_ = Phase::configuring;
        due_ = now + policy_.configuring;
        return show(SinkState::configuring);
    }
    if (is_busy(*error)) {  // BlueZ or the speaker itself is at it already
        return wait(now + policy_.reconnect.first);
    }
    const Reason why = reason_for(*error);
    wait(now + next_reconnect());
    const bool away = why.code == "unreachable";
    // "Went away" says more than "does not answer" for as long as that is what happened.
    if (away && reason_.code == "connection-lost") return;
    show(away ? SinkState::absent : SinkState::failed, why);
}

void SinkMachine::acquire_done(const std::optional<BusError>& error, Time now) {
    if (phase_ != Phase::acquiring) return;
    if (!error) {
        phase_ = Phase::streaming;
        streaming_since_ = now;
        ended_before_ = facts_.transport_ended;
        return show(SinkState::streaming);
    }
    phase_ = Phase::acquire_later;
    if (names(*error, "InProgress")) {
        due_ = now + policy_.in_progress;
        return;
    }
    ++acquire_failures_;
    due_ = now + policy_.acquire.after(acquire_failures_);
    const std::string& said = error->message.empty() ? error->name : error->message;
    const bool ours_no_more = names(*error, "NotAuthorized") || names(*error, "Not Authorized");
    const bool stuck = ours_no_more && facts_.transport_state == TransportState::active;
    const Reason why = reason(stuck ? "transport-stuck" : "acquire-failed", said);
    // Who suspended the stream may take long (a call), and is not thrown out for it.
    const bool patient = state_ == SinkState::suspended && !stuck;
    if (patient) return;
    if (acquire_failures_ >= policy_.acquire_tries) return give_up_transport(why);
    show(SinkState::configuring, why);
}

void SinkMachine::acquire_unfit(const Reason& why, Time) {
    if (phase_ != Phase::acquiring) return;
    actions_.push_back(SinkAction::release);
    give_up_transport(why);
}

void SinkMachine::give_up_transport(const Reason& why) {
    phase_ = Phase::disconnecting;
    acquire_failures_ = 0;
    actions_.push_back(SinkAction::disconnect);
    show(SinkState::failed, why);
}

void SinkMachine::disconnect_done(Time now) {
    if (phase_ == Phase::disconnecting) wait(now + next_reconnect());
}

void SinkMachine::link_failed(const std::string& error, Time now) {
    if (phase_ != Phase::streaming) return;
    actions_.push_back(SinkAction::stop);
    actions_.push_back(SinkAction::release);
    phase_ = Phase::acquire_later;
    due_ = now + policy_.acquire.after(++acquire_failures_);
    show(SinkState::suspended, reason("link-failed", error));
}

std::vector<SinkAction> SinkMachine::take_actions() {
    return std::exchange(actions_, {});
}

std::optional<Time> SinkMachine::wake_up() const {
    switch (phase_) {
        case Phase::waiting:
        case Phase::configuring:
        case Phase::acquire_later:
            return due_;
        default:
            return std::nullopt;
    }
}

}  // namespace tandem
