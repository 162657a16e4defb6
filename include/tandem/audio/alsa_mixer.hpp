// SPDX-License-Identifier: GPL-3.0-or-later
// What a card's mixer does to its input (ALSA's simple mixer). Thread: control.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tandem {

struct MixerControl {
    std::string name;                 // "Mic", "Auto Gain Control"
    std::optional<bool> capture_on;   // of a capture switch
    std::optional<double> capture;    // 0..1 of a capture volume's range
    std::optional<bool> switched_on;  // of any other switch: ALSA counts it as one of playback
};

// `control` is "hw:1", say. Nothing: the card has no mixer that can be read.
[[nodiscard]] std::optional<std::vector<MixerControl>> read_mixer(const std::string& control);

}  // namespace tandem
