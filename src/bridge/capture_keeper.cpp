// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/capture_keeper.hpp"

#include <fmt/format.h>

namespace tandem {
namespace {

constexpr Duration kRetry = std::chrono::seconds{1};
// Without a frame. Far longer than any period, and than what a busy machine holds a card up for.
constexpr Duration kSilent = std::chrono::seconds{1};

constexpr Duration kXrunWindow = std::chrono::seconds{10};
constexpr std::uint64_t kXrunStorm = 10;  // in one window
constexpr std::uint64_t kXrunCalm = 1;    // in one window, at most, ends a storm

}  // namespace

void CaptureKeeper::open(const CaptureSettings& settings, Time now) {
    settings_ = settings;
    reason_ = CaptureReason::none;
    detail_.clear();
    clippings_ = {};
    close(now);
    try_to_open(now);
}

void CaptureKeeper::close(Time due) {
    state_ = State::closed;
    description_.clear();
    due_ = due;
    captured_.reset();
    window_.reset();
    install_(nullptr);  // a device that is to be opened anew must be closed first
}

void CaptureKeeper::try_to_open(Time now) {
    due_ = now + kRetry;
    try {
        OpenedCapture opened = open_(settings_);
        description_ = opened.description;
        install_(std::move(opened.capture));
        captured_.reset();
        // What was stalled before is believed once something comes.
        if (reason_ == CaptureReason::card_stalled) {
            state_ = State::stalled;
            return;
        }
        state_ = State::running;
        runs_again(fmt::format("capturing from {}: {}", settings_.device, description_));
    } catch (const CaptureError& error) {
        explain(State::closed, error.reason(), error.what());
    }
}

void CaptureKeeper::step(const EngineSnapshot& engine, Time now) {
    clippings_.note(engine.intake.clippings, now);
    if (state_ == State::closed) {
        if (now >= due_) try_to_open(now);
        return;
    }
    if (engine.intake.state == IntakeState::lost) {
        close(now + kRetry);
        return explain(
            State::closed, CaptureReason::card_lost,
            fmt::format("the sound card {} disappeared: plug it in again (the speakers stay "
                        "connected and play silence)",
                        settings_.device));
    }
    watch_delivery(engine, now);
    if (running()) watch_xruns(engine.intake.restarts, now);
}

// In the engine's own time: one that is held up does not make a card silent.
void CaptureKeeper::watch_delivery(const EngineSnapshot& engine, Time now) {
    const bool first_look = !captured_;
    const bool delivers = !first_look && engine.intake.frames_captured != *captured_;
    if (first_look || delivers) {
        captured_ = engine.intake.frames_captured;
        heard_ = engine.position;
    }
    if (delivers && state_ == State::stalled) {
        state_ = State::running;
        return runs_again(
            fmt::format("capturing from {} again: {}", settings_.device, description_));
    }
    if (duration_of(engine.position - heard_, settings_.rate) >= kSilent) stalled(now);
}

// Opening it anew is all that can be done from here, and heals some.
void CaptureKeeper::stalled(Time now) {
    explain(State::stalled, CaptureReason::card_stalled,
            fmt::format("the sound card {} delivers nothing and reports no error: trying to reopen "
                        "it; if that does not help, unplug it and plug it in again, perhaps into "
                        "another port (the speakers stay connected and play "
                        "silence meanwhile)",
                        settings_.device));
    close(now);
    try_to_open(now);
}

void CaptureKeeper::watch_xruns(std::uint64_t restarts, Time now) {
    if (!window_) window_ = Window{now, restarts};
    const std::uint64_t seen = restarts - window_->restarts;
    if (seen >= kXrunStorm)
        explain(
            State::unsteady, CaptureReason::card_xruns,
            fmt::format("the sound card {} keeps dropping out ({} times within {} s); lost sound "
                        "is replaced by silence: try another USB port, a powered hub, or a "
                        "larger period_frames in [capture], and check what else keeps this "
                        "machine busy",
                        settings_.device, seen,
                        std::chrono::duration_cast<std::chrono::seconds>(kXrunWindow).count()));
    if (now - window_->begin < kXrunWindow) return;
    window_ = Window{now, restarts};
    if (state_ != State::unsteady || seen > kXrunCalm) return;
    state_ = State::running;
    runs_again(fmt::format("the sound card {} is stable again", settings_.device));
}

void CaptureKeeper::runs_again(const std::string& sentence) {
    reason_ = CaptureReason::none;
    detail_.clear();
    tell_(Severity::info, EventKind::capture_opened, sentence, {{"DEVICE", settings_.device}});
}

void CaptureKeeper::explain(State state, CaptureReason reason, const std::string& detail) {
    state_ = state;
    detail_ = detail;
    // The figures in a sentence may change: a reason is told once for as long as it lasts.
    if (reason == reason_) return;
    reason_ = reason;
    tell_(Severity::warning, EventKind::capture_failed, detail,
          {{"DEVICE", settings_.device}, {"REASON", std::string(word_of(reason))}});
}

}  // namespace tandem
