// SPDX-License-Identifier: GPL-3.0-or-later
// How cards and speakers are shown to the person who sets them up. Thread: any.
#pragma once

#include <string>

#include "tandem/audio/levels.hpp"
#include "tandem/pairing/scan.hpp"

namespace tandem {

inline constexpr const char* kNothingFound =
    "No speaker in pairing mode was found: switch the speaker on, hold its Bluetooth button until "
    "it blinks or says \"pairing\", leave it near this machine, and search again.";

// "AA:BB:CC:DD:EE:FF  -52 dBm (near)  Kitchen, paired". Whatever the speaker calls itself, this is
// one line of printable text.
[[nodiscard]] std::string row_of(const FoundSpeaker& speaker);

// The name, or the address of one that has none.
[[nodiscard]] std::string name_of(const FoundSpeaker& speaker);

// "[########------------]  -14 dBFS" for the louder channel's peak; -60 dBFS and less is empty.
[[nodiscard]] std::string level_bar(const Levels& levels);

}  // namespace tandem
