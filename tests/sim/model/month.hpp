// SPDX-License-Identifier: GPL-3.0-or-later
// The living room of the long runs: a card that is 150 ppm fast and drifts, two speakers of
// different make, a smaller MTU on one link, and all that happens in a household.
#pragma once

#include "sim/model/living_room.hpp"

namespace tandem::sim {

inline RoomSettings lively_room() {
    using namespace std::chrono_literals;
    RoomSettings room;
    room.card.crystal = {.ppm = 150, .daily_ppm = 15, .heating_ppm = 2, .phase = 0};
    room.sinks[0].write_mtu = 672;
    room.sinks[0].speaker = {.rate = {48000},
                             .latency = 120ms,
                             .crystal = {.ppm = -40, .daily_ppm = 5, .heating_ppm = 1, .phase = 1},
                             .regulation = PlayoutServo{}};
    room.sinks[1].write_mtu = 1005;
    room.sinks[1].speaker = {.rate = {48000},
                             .latency = 210'500us,
                             .crystal = {.ppm = 55, .daily_ppm = 5, .heating_ppm = 1, .phase = 2},
                             .regulation = SteppedPll{}};
    room.happenings = kLively;
    return room;
}

}  // namespace tandem::sim
