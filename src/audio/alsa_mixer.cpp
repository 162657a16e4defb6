// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/alsa_mixer.hpp"

#include <alsa/asoundlib.h>

#include <memory>

namespace tandem {
namespace {

struct MixerCloser {
    void operator()(snd_mixer_t* mixer) const noexcept { snd_mixer_close(mixer); }
};

constexpr auto kLeft = SND_MIXER_SCHN_FRONT_LEFT;  // a mono control's only one, too

std::optional<double> capture_volume_of(snd_mixer_elem_t* element) {
    if (!snd_mixer_selem_has_capture_volume(element)) return std::nullopt;
    long least = 0;
    long most = 0;
    long now = 0;
    snd_mixer_selem_get_capture_volume_range(element, &least, &most);
    if (most <= least || snd_mixer_selem_get_capture_volume(element, kLeft, &now) < 0)
        return std::nullopt;
    return static_cast<double>(now - least) / static_cast<double>(most - least);
}

MixerControl state_of(snd_mixer_elem_t* element) {
    MixerControl control;
    control.name = snd_mixer_selem_get_name(element);
    control.capture = capture_volume_of(element);
    int on = 0;
    if (snd_mixer_selem_has_capture_switch(element) &&
        snd_mixer_selem_get_capture_switch(element, kLeft, &on) == 0)
        control.capture_on = on != 0;
    if (snd_mixer_selem_has_playback_switch(element) &&
        snd_mixer_selem_get_playback_switch(element, kLeft, &on) == 0)
        control.switched_on = on != 0;
    return control;
}

}  // namespace

std::optional<std::vector<MixerControl>> read_mixer(const std::string& control) {
    snd_mixer_t* opened = nullptr;
    if (snd_mixer_open(&opened, 0) < 0) return std::nullopt;
    const std::unique_ptr<snd_mixer_t, MixerCloser> mixer(opened);
    if (snd_mixer_attach(opened, control.c_str()) < 0 ||
        snd_mixer_selem_register(opened, nullptr, nullptr) < 0 || snd_mixer_load(opened) < 0)
        return std::nullopt;
    std::vector<MixerControl> controls;
    for (auto* element = snd_mixer_first_elem(opened); element != nullptr;
         element = snd_mixer_elem_next(element))
        if (snd_mixer_selem_is_active(element)) controls.push_back(state_of(element));
    return controls;
}

}  // namespace tandem
