// SPDX-License-Identifier: GPL-3.0-or-later
// When the packets of several chains leave, and how to keep them apart: two that leave at the same
// moment share the controller's air, and the second one arrives a packet's air time later.
// Thread: any, a pure function. Real-time safe: yes, though only control has use for it.
#pragma once

#include <span>

#include "tandem/base/units.hpp"

namespace tandem {

// Packet k of a chain leaves when the frame phase + (k + 1) packet was captured, plus the guard.
struct Cadence {
    Frames packet{};
    Frames phase{};
    Duration guard{};
};

// The phase, a whole number of `step` (an SBC frame, so that one encoding can serve several chains)
// from 0 up to a packet, with which the packets of a new chain leave as far as they can from those
// of the others. Cadences with a common multiple of their packets only: see frames_that_fit().
[[nodiscard]] Frames choose_phase(Frames packet, Duration guard, Frames step,
                                  std::span<const Cadence> others, SampleRate rate) noexcept;

}  // namespace tandem
