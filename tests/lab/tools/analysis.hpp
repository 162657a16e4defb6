// SPDX-License-Identifier: GPL-3.0-or-later
// The figures: what the packets at the speakers say about the bridge.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture.hpp"
#include "decode.hpp"
#include "locate.hpp"

namespace lab {

// When each frame of the noise was at the aux plug, on CLOCK_REALTIME.
class AuxClock {
  public:
    // A line through (frames, time) marks, laid along their early edge: a mark can be late, never
    // early.
    AuxClock(const std::vector<std::pair<std::int64_t, Time>>& marks);
    static AuxClock read(const std::string& log_of_aux_player);

    [[nodiscard]] Time time_of(double frame) const;
    [[nodiscard]] double frame_at(Time time) const;

  private:
    Time origin_{};
    double start_ns_{};
    double ns_per_frame_{};
};

// A packet whose content was found in the noise: it lets `count` frames sound, from `position` on.
struct Heard {
    Time arrival{};
    std::int64_t position{};
    std::int64_t count{};
};

// Named numbers in the order they were found; names are what --require asks for.
using Figures = std::vector<std::pair<std::string, double>>;
[[nodiscard]] std::optional<double> figure(const Figures& figures, const std::string& name);

struct SpeakerResult {
    std::string codec;
    Figures figures;
    std::vector<Heard> heard;
};

// One speaker on its own. Throws std::runtime_error when its stream is of another rate than the
// noise.
[[nodiscard]] SpeakerResult analyse(const SpeakerTrace& trace, const Sound& played,
                                    const AuxClock& aux);

// How much later the same sample arrives at `other` than at `one`; empty when they share nothing.
[[nodiscard]] Figures skew(const SpeakerResult& one, const SpeakerResult& other, int rate);

}  // namespace lab
