// SPDX-License-Identifier: GPL-3.0-or-later
// The figures: what the packets at the speakers say about the bridge.
#pragma once

#include <string>
#include <vector>

#include "aux_clock.hpp"
#include "capture.hpp"
#include "figures.hpp"
#include "wav.hpp"

namespace lab {

// A packet whose content was found in the noise: it lets `count` frames sound, from `position` on.
struct Heard {
    Time arrival{};
    std::int64_t position{};
    std::int64_t count{};
    std::int64_t rtp{};  // frames on the clock of its session's RTP timestamps, without wrapping
    int session{};
    Time due{};  // when the cadence of its stream has it arrive: see skew.hpp
};

struct SpeakerResult {
    std::string codec;
    Figures figures;
    std::vector<Heard> heard;
};

// One speaker on its own. Throws std::runtime_error when its stream is of another rate than the
// noise.
[[nodiscard]] SpeakerResult analyse(const SpeakerTrace& trace, const Sound& played,
                                    const AuxClock& aux);

}  // namespace lab
