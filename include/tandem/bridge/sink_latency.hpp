// SPDX-License-Identifier: GPL-3.0-or-later
// Where one sink's latency comes from: the configuration, a measurement, the speaker's reports of
// this stream or of an earlier one. Thread: control.
#pragma once

#include <functional>
#include <optional>

#include "tandem/bus/loop.hpp"
#include "tandem/config/config.hpp"
#include "tandem/config/state_file.hpp"
#include "tandem/timing/delay_plan.hpp"
#include "tandem/timing/latency_report.hpp"

namespace tandem {

class SinkLatency {
  public:
    // `state` must outlive this. `changed` is called from the loop when a report that had to stand
    // still has done so.
    SinkLatency(Loop& loop, StateFile& state, const SinkConfig& sink,
                std::function<void()> changed);

    // With packets of so many SBC frames.
    void start_stream(int frames_per_packet);
    // An AVDTP report; true if it is in force from now on.
    [[nodiscard]] bool reported(Duration latency);
    // `configured`: what the configuration has now.
    [[nodiscard]] Latency latency(std::optional<Duration> configured) const;

  private:
    void taken();
    void tell_absurd(Duration latency) const;
    void tell_unsteady() const;
    [[nodiscard]] std::optional<KnownLatency> remembered() const;
    [[nodiscard]] LatencyKey key() const;

    Loop& loop_;
    StateFile& state_;
    const SinkConfig sink_;  // name and address
    std::function<void()> changed_;
    LatencyReport report_;
    int frames_per_packet_ = 0;  // of the newest stream; 0: there was none
    Loop::Handle settle_;
};

}  // namespace tandem
