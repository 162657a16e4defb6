// SPDX-License-Identifier: GPL-3.0-or-later
// The card that "auto" takes: one that can be used, and no webcam while there is another.
// Thread: control.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tandem/audio/alsa_cards.hpp"
#include "tandem/audio/alsa_pcm.hpp"

namespace tandem {

// Whether the card is the microphone of a camera: part of a USB device that has video too. `sound`
// is /sys/class/sound, `card` a number.
[[nodiscard]] bool is_camera(const std::string& sound, int card);

struct AutoSources {
    std::function<OpenedPcm(const std::string& pcm)> open;  // throws CaptureError
    std::function<bool(const RecordingDevice&)> is_camera;
};

// Looks at the USB devices one after the other, cameras last, and takes the first that opens; a
// mono one only where no other is stereo. Throws CaptureError: why the first of them cannot be
// used, or "card-missing".
[[nodiscard]] OpenedPcm open_auto(const std::vector<RecordingDevice>& devices,
                                  const AutoSources& sources);

}  // namespace tandem
