// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/auto_card.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "tandem/audio/capture.hpp"

namespace tandem {

bool is_camera(const std::string& sound, int card) {
    namespace fs = std::filesystem;
    std::error_code error;
    // The card belongs to one interface of the USB device, whose folder holds all of them.
    const fs::path interface =
        fs::canonical(fs::path(sound) / ("card" + std::to_string(card)) / "device", error);
    if (error) return false;
    for (const auto& sibling : fs::directory_iterator(interface.parent_path(), error))
        if (fs::exists(sibling.path() / "video4linux", error)) return true;
    return false;
}

OpenedPcm open_auto(const std::vector<RecordingDevice>& devices, const AutoSources& sources) {
    std::vector<RecordingDevice> candidates;
    std::ranges::copy_if(devices, std::back_inserter(candidates),
                         [](const auto& device) { return device.driver == "USB-Audio"; });
    if (candidates.empty()) (void)choose_auto_device(devices);  // says what there is
    std::stable_partition(candidates.begin(), candidates.end(),
                          [&](const auto& device) { return !sources.is_camera(device); });
    std::optional<OpenedPcm> mono;
    std::optional<CaptureError> refusal;
    for (const RecordingDevice& candidate : candidates) {
        try {
            OpenedPcm opened = sources.open(candidate.pcm());
            if (opened.shape.channels == ChannelLayout::stereo) return opened;
            if (!mono) mono = std::move(opened);
        } catch (const CaptureError& error) {
            if (!refusal) refusal = error;
        }
    }
    if (mono) return *std::move(mono);
    throw CaptureError(*refusal);
}

}  // namespace tandem
