// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "capture.hpp"

namespace lab {

// When each frame of the noise was at the aux plug, on CLOCK_REALTIME.
class AuxClock {
  public:
    // A line through (frames, time) marks, laid along their early edge: a mark can be late, never
    // early.
    explicit AuxClock(const std::vector<std::pair<std::int64_t, Time>>& marks,
                      Time realtime_minus_monotonic = {});
    static AuxClock read(const std::string& log_of_aux_player);

    [[nodiscard]] Time time_of(double frame) const;
    [[nodiscard]] double frame_at(Time time) const;
    [[nodiscard]] Time realtime_minus_monotonic() const { return offset_; }

  private:
    Time offset_{};
    Time origin_{};
    double start_ns_{};
    double ns_per_frame_{};
};

}  // namespace lab
