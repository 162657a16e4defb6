// SPDX-License-Identifier: GPL-3.0-or-later
// How far two speakers are apart, twice: as single packets arrive, and as they sound.
//
// A speaker plays from a jitter buffer: what a single packet is early or late is not heard. What is
// heard is which frame of the noise stands at which RTP time, and how the stream as a whole arrives
// against its RTP clock, which the speaker's own clock follows slowly. So the content of a packet
// is taken to arrive when the cadence of its stream says: at its RTP time plus the lower quartile
// of (arrival - RTP time) of the packets of its connection within a second either side. Not the
// median: where packets of two lengths share the air, up to half of them wait for each other.
#pragma once

#include <optional>
#include <vector>

#include "analysis.hpp"

namespace lab {

// Sets `due` of all packets, which are those of one speaker in the order of their arrival.
void follow_cadence(std::vector<Heard>& heard, int rate);

// A stretch of CLOCK_REALTIME.
struct Span {
    Time from{Time::min()};
    Time to{Time::max()};
    [[nodiscard]] bool holds(Time time) const { return from <= time && time < to; }
};

// How much later the same sample arrives at `other` than at `one`, of the packets that reached
// `other` within the span; empty when they share nothing there.
[[nodiscard]] Figures skew(const SpeakerResult& one, const SpeakerResult& other, int rate,
                           const Span& span = {});

}  // namespace lab
