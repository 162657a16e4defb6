// SPDX-License-Identifier: GPL-3.0-or-later
// Puts a card and speakers into the text of a configuration and keeps everything else, comments
// included. Thread: any.
#pragma once

#include <string>
#include <vector>

#include "tandem/audio/capture.hpp"

namespace tandem {

struct NamedSpeaker {
    std::string name;
    std::string address;  // as parse_address() returns it
    bool operator==(const NamedSpeaker&) const = default;
};

struct Equipment {
    CaptureSettings card;                // its period is not used
    std::vector<NamedSpeaker> speakers;  // all sinks of the result
};

// Returns `text` with `wanted` in it. A sink with the address of a wanted speaker keeps its table,
// trim and all, under the wanted name; other sinks are commented out; new ones are added at the
// end. Throws ConfigError if `text` is not valid, or is written in a way that cannot be changed
// safely. `file` stands for the text in its sentence.
[[nodiscard]] std::string with_setup(const std::string& text, const Equipment& wanted,
                                     const std::string& file);

}  // namespace tandem
