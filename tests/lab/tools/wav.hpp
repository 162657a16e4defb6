// SPDX-License-Identifier: GPL-3.0-or-later
// The one kind of WAV the lab uses: 16 bit, a 44 byte header; stereo, or a channel for each
// speaker.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lab {

struct Sound {
    int rate{48000};
    std::vector<std::int16_t> samples;  // left and right by turns
    int channels{2};

    [[nodiscard]] std::int64_t frames() const {
        return static_cast<std::int64_t>(samples.size()) / channels;
    }
};

// White noise, the two channels independent of each other; the same at each call with the same
// seed.
[[nodiscard]] Sound noise(int rate, double seconds, std::uint32_t seed);

// Both throw std::runtime_error with the file's name.
[[nodiscard]] Sound read_wav(const std::string& path);   // stereo only
[[nodiscard]] Sound read_room(const std::string& path);  // any number of channels
void write_wav(const std::string& path, const Sound& sound);

}  // namespace lab
