// SPDX-License-Identifier: GPL-3.0-or-later
#include <alsa/asoundlib.h>
#include <fmt/format.h>

#include <string_view>

#include "tandem/audio/alsa_cards.hpp"
#include "tandem/audio/alsa_pcm.hpp"
#include "tandem/audio/auto_card.hpp"
#include "tandem/audio/capture.hpp"
#include "tandem/audio/paced_capture.hpp"

namespace tandem {
namespace {

constexpr std::string_view kFilePrefix = "file:";

OpenedCapture open_paced(std::unique_ptr<PacedSource> source, const CaptureSettings& settings,
                         std::string description) {
    return {std::make_unique<PacedCapture>(std::move(source), settings.rate, settings.period),
            std::move(description)};
}

OpenedPcm open_pcm(const CaptureSettings& settings) {
    if (settings.device != "auto") return open_alsa_pcm(settings.device, settings);
    return open_auto(list_recording_devices(),
                     {[&](const std::string& pcm) { return open_alsa_pcm(pcm, settings); },
                      [](const RecordingDevice& device) {
                          return is_camera("/sys/class/sound",
                                           snd_card_get_index(device.card_id.c_str()));
                      }});
}

}  // namespace

OpenedCapture open_capture(const CaptureSettings& settings) {
    if (settings.device == "tone") {
        return open_paced(make_tone_source(settings.rate), settings,
                          fmt::format("tone, {} Hz", settings.rate.hz));
    }
    if (settings.device.starts_with(kFilePrefix)) {
        const std::string path = settings.device.substr(kFilePrefix.size());
        return open_paced(open_wav_source(path, settings.rate), settings,
                          fmt::format("file {}, {} Hz, in a loop", path, settings.rate.hz));
    }
    OpenedPcm pcm = open_pcm(settings);
    return {std::make_unique<AlsaCapture>(std::move(pcm.device), pcm.shape),
            std::move(pcm.description)};
}

}  // namespace tandem
