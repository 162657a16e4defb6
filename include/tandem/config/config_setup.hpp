// SPDX-License-Identifier: GPL-3.0-or-later
// Puts a card and speakers into the text of a configuration and keeps all else of it, comments
// too. Thread: any.
#pragma once

#include <string>
#include <vector>

#include "tandem/audio/capture.hpp"

namespace tandem {

struct NamedSpeaker {
    std::string name;
    std::string address;  // as parse_address() gives it
    bool operator==(const NamedSpeaker&) const = default;
};

struct Equipment {
    CaptureSettings card;                // its period is not changed
    std::vector<NamedSpeaker> speakers;  // all there shall be
};

// `text` with `wanted` in it. A sink that has the address of a wanted speaker keeps its table, trim
// and all, under the wanted name; sinks that are not wanted become comments; new ones are put at
// the end. Throws ConfigError if `text` is no right configuration, or is written in a way that
// cannot be changed safely. `file` is used in errors only.
[[nodiscard]] std::string with_setup(const std::string& text, const Equipment& wanted,
                                     const std::string& file);

}  // namespace tandem
