// SPDX-License-Identifier: GPL-3.0-or-later
// How evenly the packets of one speaker arrive, and how long after their sound was at the aux.
#pragma once

#include <vector>

#include "analysis.hpp"

namespace lab {

// Adds the figures of pacing. `rate` is that of the RTP clock, in Hz.
void add_pacing(const std::vector<Heard>& heard, int rate, Figures& out);
// Adds the figures of latency and lateness.
void add_latency(const std::vector<Heard>& heard, const AuxClock& aux, Figures& out);

}  // namespace lab
