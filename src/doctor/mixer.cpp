// SPDX-License-Identifier: GPL-3.0-or-later
// What the card's mixer does to the input before it is captured.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "doctor/judges.hpp"

namespace tandem {
namespace {

// "Auto Gain Control" of C-Media's chips, "AGC", "Mic Boost", "Front Mic Boost".
bool is_called(const MixerControl& control, std::initializer_list<std::string_view> words) {
    std::string name = control.name;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    return std::ranges::any_of(
        words, [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

bool is_on(const MixerControl& control) {
    return control.switched_on.value_or(false) || control.capture_on.value_or(false) ||
           control.capture.value_or(0) > 0;
}

bool is_gain_control(const MixerControl& control) {
    return is_called(control, {"auto gain", "automatic gain", "agc"});
}

bool is_boost(const MixerControl& control) {
    return is_called(control, {"boost"});
}

const MixerControl* first_on(const std::vector<MixerControl>& mixer,
                             bool (*kind)(const MixerControl&)) {
    const auto found = std::ranges::find_if(
        mixer, [kind](const MixerControl& control) { return kind(control) && is_on(control); });
    return found != mixer.end() ? &*found : nullptr;
}

std::string amixer(const DoctorFacts& facts, const MixerControl& control, const char* value) {
    return fmt::format("Run \"amixer -D {} sset '{}' {}\", and \"sudo alsactl store\" to keep it.",
                       facts.mixer_card, control.name, value);
}

// What takes the sound away: all switches of capture are off, or all of its volumes are at 0.
const MixerControl* what_shuts_capture(const std::vector<MixerControl>& mixer) {
    const MixerControl* off = nullptr;
    const MixerControl* down = nullptr;
    bool some_on = false;
    bool some_up = false;
    for (const MixerControl& control : mixer) {
        if (is_gain_control(control) || is_boost(control)) continue;
        some_on = some_on || control.capture_on.value_or(false);
        some_up = some_up || control.capture.value_or(0) > 0;
        if (off == nullptr && control.capture_on == false) off = &control;
        if (down == nullptr && control.capture == 0) down = &control;
    }
    if (off != nullptr && !some_on) return off;
    return down != nullptr && !some_up ? down : nullptr;
}

}  // namespace

Judgement judge_mixer(const DoctorFacts& facts) {
    if (!facts.mixer)
        return {Outcome::unknown, "The input has no mixer of ALSA's that could be read."};
    const std::vector<MixerControl>& mixer = *facts.mixer;
    if (const MixerControl* shut = what_shuts_capture(mixer)) {
        const bool off = shut->capture_on == false;
        return {Outcome::fail,
                fmt::format("\"{}\" of the card is {}, so nothing is heard.", shut->name,
                            off ? "not capturing" : "turned down to 0 %"),
                amixer(facts, *shut, off ? "cap" : "50%")};
    }
    if (const MixerControl* control = first_on(mixer, is_gain_control))
        return {
            Outcome::warn,
            fmt::format("\"{}\" of the card is on: it turns quiet music up and loud music down.",
                        control->name),
            amixer(facts, *control, "off")};
    if (const MixerControl* boost = first_on(mixer, is_boost))
        return {Outcome::warn,
                fmt::format("\"{}\" of the card is on: it is made for microphones, and a player "
                            "makes it clip.",
                            boost->name),
                amixer(facts, *boost, boost->capture ? "0" : "off")};
    return {Outcome::ok, "The card's mixer leaves the sound as it is."};
}

}  // namespace tandem
