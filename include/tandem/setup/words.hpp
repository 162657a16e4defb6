// SPDX-License-Identifier: GPL-3.0-or-later
// How cards and speakers are shown during setup. Thread: any.
#pragma once

#include <string>

#include "tandem/audio/levels.hpp"
#include "tandem/pairing/scan.hpp"

namespace tandem {

inline constexpr const char* kNothingFound =
    "No speaker in pairing mode was found: switch the speaker on, hold its Bluetooth button until "
    "it blinks or says \"pairing\", leave it near this machine, and search again.";

// "AA:BB:CC:DD:EE:FF  -52 dBm (near)  Kitchen, paired": one line of printable text, whatever the
// speaker calls itself.
[[nodiscard]] std::string row_of(const FoundSpeaker& speaker);

// The name, or the address if it has no name.
[[nodiscard]] std::string name_of(const FoundSpeaker& speaker);

// "[########------------]  -14 dBFS": the peak of the louder channel, from -60 dBFS.
[[nodiscard]] std::string level_bar(const Levels& levels);

}  // namespace tandem
