// SPDX-License-Identifier: GPL-3.0-or-later
// What the journal is told of the sinks and of Bluetooth: what lasts, once; and of what would be
// many lines, one a minute. Thread: control.
#pragma once

#include "tandem/bridge/capture_keeper.hpp"
#include "tandem/bridge/pace.hpp"
#include "tandem/bridge/roster.hpp"
#include "tandem/bus/loop.hpp"

namespace tandem {

class Teller {
  public:
    // `bluetooth`: the trouble that belongs to no single sink, now. It must outlive this.
    Teller(Loop& loop, const Reason& bluetooth) noexcept : loop_(loop), bluetooth_(bluetooth) {}

    // Its state changed.
    void sink_changed(Sink& sink);
    void bluetooth_changed();
    static void noticed(const Reason& what);
    static void taken_back(const Sink& sink);
    // There is a new engine, whose counts begin at 0.
    void engine_began() { intake_told_ = {}; }

    void look(Roster& roster, const EngineSnapshot& engine, const CaptureKeeper& capture, Time now);

  private:
    void tell_state(Sink& sink) const;
    void tell_interruptions(const IntakeCounters& intake, const CaptureKeeper& capture);
    static void tell_drops(Sink& sink, const EngineSnapshot& engine);

    Loop& loop_;
    const Reason& bluetooth_;
    Reason bluetooth_told_;
    Loop::Handle bluetooth_settles_;
    IntakeCounters intake_told_;
    Pace summary_{std::chrono::minutes{1}};
};

}  // namespace tandem
