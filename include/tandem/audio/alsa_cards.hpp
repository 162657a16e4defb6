// SPDX-License-Identifier: GPL-3.0-or-later
// The sound cards that can record, and which one "auto" stands for. Thread: control.
#pragma once

#include <string>
#include <vector>

namespace tandem {

struct RecordingDevice {
    std::string card_id;    // "Device", as in /proc/asound
    std::string card_name;  // "USB Audio Device"
    std::string driver;     // "USB-Audio", "snd_aloop" ...
    int device = 0;
    [[nodiscard]] std::string pcm() const {
        return "hw:CARD=" + card_id + ",DEV=" + std::to_string(device);
    }
};

[[nodiscard]] std::vector<RecordingDevice> list_recording_devices();

// The first USB device that records. Throws CaptureError "card-missing".
[[nodiscard]] RecordingDevice choose_auto_device(const std::vector<RecordingDevice>& devices);

// Whether two names stand for the same device of the same card, such as "hw:1,0" and
// "plughw:CARD=Device,DEV=0".
[[nodiscard]] bool are_one_device(const std::string& pcm, const std::string& other);

// What the mixer of the PCM's card is opened by, such as "hw:1"; empty: the PCM names no card.
[[nodiscard]] std::string control_of(const std::string& pcm);

// "hw:CARD=a,DEV=0 (Name), ..." or "none": for error sentences.
[[nodiscard]] std::string describe_devices(const std::vector<RecordingDevice>& devices);

}  // namespace tandem
