// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/alsa_cards.hpp"

#include <alsa/asoundlib.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <regex>

#include "tandem/audio/capture.hpp"

namespace tandem {
namespace {

struct ControlCloser {
    void operator()(snd_ctl_t* control) const noexcept { snd_ctl_close(control); }
};
using Control = std::unique_ptr<snd_ctl_t, ControlCloser>;

Control open_control(int card) {
    snd_ctl_t* control = nullptr;
    const std::string name = "hw:" + std::to_string(card);
    return Control(snd_ctl_open(&control, name.c_str(), SND_CTL_NONBLOCK) < 0 ? nullptr : control);
}

bool records(snd_ctl_t* control, int device) {
    snd_pcm_info_t* info = nullptr;
    snd_pcm_info_alloca(&info);
    snd_pcm_info_set_device(info, static_cast<unsigned>(device));
    snd_pcm_info_set_subdevice(info, 0);
    snd_pcm_info_set_stream(info, SND_PCM_STREAM_CAPTURE);
    return snd_ctl_pcm_info(control, info) == 0;
}

void append_devices(int card, std::vector<RecordingDevice>& devices) {
    const Control control = open_control(card);
    if (!control) return;  // it went while we looked
    snd_ctl_card_info_t* info = nullptr;
    snd_ctl_card_info_alloca(&info);
    if (snd_ctl_card_info(control.get(), info) < 0) return;
    int device = -1;
    while (snd_ctl_pcm_next_device(control.get(), &device) == 0 && device >= 0) {
        if (!records(control.get(), device)) continue;
        devices.push_back({snd_ctl_card_info_get_id(info), snd_ctl_card_info_get_name(info),
                           snd_ctl_card_info_get_driver(info), device});
    }
}

struct Hardware {
    std::string card;  // its number where there is such a card, else as it was written
    int device = 0;
    bool operator==(const Hardware&) const = default;
};

// What "hw:" and "plughw:" take: CARD=NAME,DEV=NUMBER, or both without the words; 0 is the usual
// device.
std::optional<Hardware> hardware_of(const std::string& pcm) {
    static const std::regex form{"(?:plug)?hw:(?:CARD=)?([^,=]+)(?:,(?:DEV=)?(\\d{1,4}))?(?:,.*)?"};
    std::smatch found;
    if (!std::regex_match(pcm, found, form)) return std::nullopt;
    Hardware hardware{found[1], 0};
    const std::string device = found[2];
    std::from_chars(device.data(), device.data() + device.size(), hardware.device);
    if (const int number = snd_card_get_index(hardware.card.c_str()); number >= 0)
        hardware.card = std::to_string(number);
    return hardware;
}

}  // namespace

bool are_one_device(const std::string& pcm, const std::string& other) {
    const auto hardware = hardware_of(pcm);
    return pcm == other || (hardware && hardware == hardware_of(other));
}

std::string control_of(const std::string& pcm) {
    const auto hardware = hardware_of(pcm);
    return hardware ? "hw:" + hardware->card : std::string();
}

std::vector<RecordingDevice> list_recording_devices() {
    std::vector<RecordingDevice> devices;
    int card = -1;
    while (snd_card_next(&card) == 0 && card >= 0)
        append_devices(card, devices);
    return devices;
}

RecordingDevice choose_auto_device(const std::vector<RecordingDevice>& devices) {
    const auto found = std::find_if(devices.begin(), devices.end(), [](const auto& device) {
        return device.driver == "USB-Audio";
    });
    if (found != devices.end()) return *found;
    throw CaptureError(CaptureReason::card_missing,
                       fmt::format("no USB sound card that records was found; plug one in, or "
                                   "name another device in [capture] (cards that record: {})",
                                   describe_devices(devices)));
}

std::string describe_devices(const std::vector<RecordingDevice>& devices) {
    std::string text;
    for (const RecordingDevice& device : devices) {
        if (!text.empty()) text += ", ";
        text += fmt::format("{} ({})", device.pcm(), device.card_name);
    }
    return text.empty() ? "none" : text;
}

}  // namespace tandem
