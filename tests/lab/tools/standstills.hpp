// SPDX-License-Identifier: GPL-3.0-or-later
// When the machine, or one of its processors, stood still: nothing of the bridge's can be on time
// then. Times are of CLOCK_REALTIME.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace lab {

using Time = std::chrono::nanoseconds;

// For so long a program far above the bridge's in priority could not look at the clock. Less is no
// excuse for anything.
constexpr Time kStandstill = std::chrono::milliseconds{60};

class Standstills {
  public:
    // What several saw counts once.
    void add(Time from, Time to);
    // Adds what relay has noted in a file. Throws std::runtime_error.
    void read(const std::string& path);

    [[nodiscard]] Time longest() const;
    // How much of the time between two moments.
    [[nodiscard]] Time between(Time from, Time to) const;

  private:
    std::vector<std::pair<Time, Time>> stretches_;  // apart from each other
};

}  // namespace lab
