// SPDX-License-Identifier: GPL-3.0-or-later
// Writes what the speakers hear in the format of `btmon -w` (btsnoop, monitor), with the times of
// the modelled air: the moment a frame ended, not the later one at which an emulated processor came
// to hand it over.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

#include "capture.hpp"

namespace lab {

class Recording {
  public:
    // Throws std::runtime_error. Times that are given to add() become CLOCK_REALTIME by adding the
    // offset.
    Recording(const std::string& path, Time realtime_minus_monotonic);
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;
    ~Recording();

    void add(int adapter, int opcode, Time time, std::span<const std::uint8_t> data);
    void add_adapter(int adapter, Time time, const std::array<std::uint8_t, 6>& address);

  private:
    std::FILE* file_;
    Time offset_;
};

}  // namespace lab
