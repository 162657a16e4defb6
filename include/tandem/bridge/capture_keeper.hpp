// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps a capture open: opens it, opens it anew when it is lost or has fallen silent, and says why
// once. Passive: it is told the time, and what the engine has seen. Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tandem/audio/capture.hpp"
#include "tandem/bridge/last_minute.hpp"
#include "tandem/engine/engine.hpp"
#include "tandem/host/log.hpp"

namespace tandem {

class CaptureKeeper {
  public:
    // Gets each capture that was opened, and null when there is none any more.
    using Install = std::function<void(std::unique_ptr<Capture>)>;
    using Open = std::function<OpenedCapture(const CaptureSettings&)>;  // throws CaptureError
    using Tell = std::function<void(Severity, EventKind, const std::string&, const Fields&)>;
    // step() wants to be called this often, or more.
    static constexpr Duration kLook = std::chrono::milliseconds{500};

    explicit CaptureKeeper(Install install, Open open = open_capture, Tell tell = log_event)
        : install_(std::move(install)), open_(std::move(open)), tell_(std::move(tell)) {}

    // Opens what `settings` names, closing the one before.
    void open(const CaptureSettings& settings, Time now);
    // Looks at what came from the device, and does what is due.
    void step(const EngineSnapshot& engine, Time now);

    // Whether sound comes in, or has no reason not to.
    [[nodiscard]] bool running() const {
        return state_ == State::running || state_ == State::unsteady;
    }
    [[nodiscard]] const std::string& description() const { return description_; }
    [[nodiscard]] CaptureReason reason() const { return reason_; }
    [[nodiscard]] const std::string& detail() const { return detail_; }
    [[nodiscard]] std::uint64_t clippings_last_minute() const { return clippings_.growth(); }

  private:
    enum class State {
        closed,    // until due_, for the next attempt
        running,   // open
        unsteady,  // open, but xrun follows on xrun
        stalled,   // open, no error, and nothing comes
    };
    // A stretch of time over which xruns are counted.
    struct Window {
        Time begin{};
        std::uint64_t restarts = 0;  // at its begin
    };

    void close(Time due);
    void try_to_open(Time now);
    void watch_delivery(const EngineSnapshot& engine, Time now);
    void watch_xruns(std::uint64_t restarts, Time now);
    void stalled(Time now);
    void runs_again(const std::string& sentence);
    void explain(State state, CaptureReason reason, const std::string& detail);

    Install install_;
    Open open_;
    Tell tell_;
    CaptureSettings settings_;
    State state_ = State::closed;
    std::string description_;
    CaptureReason reason_ = CaptureReason::none;
    std::string detail_;
    Time due_{};
    // The engine's counts when the device delivered last; none before the first look.
    std::optional<std::uint64_t> captured_;
    Position heard_{0};
    std::optional<Window> window_;
    LastMinute clippings_;  // since open()
};

}  // namespace tandem
