// SPDX-License-Identifier: GPL-3.0-or-later
// Opens and sets up an ALSA capture PCM. Thread: control.
#pragma once

#include <memory>
#include <string>

#include "tandem/audio/alsa_capture.hpp"

namespace tandem {

struct OpenedPcm {
    std::unique_ptr<PcmDevice> device;  // running
    PcmShape shape;
    std::string description;
};

// Opens any ALSA PCM. May wait for the driver. Throws CaptureError.
[[nodiscard]] OpenedPcm open_alsa_pcm(const std::string& name, const CaptureSettings& settings);

}  // namespace tandem
