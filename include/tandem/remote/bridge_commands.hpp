// SPDX-License-Identifier: GPL-3.0-or-later
// What users do to a running bridge by hand: the words of Bridge, its bus object and its client.
// Thread: any.
#pragma once

#include <stdexcept>
#include <string>

#include "tandem/base/units.hpp"

namespace tandem {

struct TrimChange {
    Duration before{};
    Duration now{};
};

struct GainChange {
    double before_db = 0;
    double now_db = 0;
};

// In percent of what the speaker can do.
struct VolumeChange {
    std::string sink;
    int before = 0;
    int now = 0;
};

// what() is one sentence: why a command was not obeyed, and what to do.
class BridgeRefusal : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

inline constexpr int kMostClicks = 60;

}  // namespace tandem
