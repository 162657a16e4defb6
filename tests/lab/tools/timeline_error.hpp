// SPDX-License-Identifier: GPL-3.0-or-later
// The bridge's clock against the aux player's: how far is the time that its timeline gives a stream
// position from the time at which that frame of the noise was at the aux plug?
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis.hpp"

namespace lab {

// What the bridge said: this position of its stream was captured at this time.
struct TimelineReading {
    std::int64_t position{};
    Time time{};  // CLOCK_MONOTONIC
};

// Lines of "POSITION NANOSECONDS". Throws std::runtime_error with the file's name.
[[nodiscard]] std::vector<TimelineReading> read_timeline_readings(const std::string& path);

// Which frame of the noise stands at a stream position is taken from the packets of a speaker whose
// content is not delayed: its RTP timestamps are stream positions. Empty when nothing was heard
// while there were readings.
[[nodiscard]] Figures timeline_error(const std::vector<TimelineReading>& readings,
                                     const SpeakerResult& undelayed, const AuxClock& aux);

}  // namespace lab
