// SPDX-License-Identifier: GPL-3.0-or-later
// The one kind of WAV the lab uses: 16 bit stereo, a 44 byte header.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lab {

struct Sound {
    int rate{48000};
    std::vector<std::int16_t> samples;  // left and right by turns

    [[nodiscard]] std::int64_t frames() const {
        return static_cast<std::int64_t>(samples.size() / 2);
    }
};

// White noise, the two channels independent of each other; the same at each call with the same
// seed.
[[nodiscard]] Sound noise(int rate, double seconds, std::uint32_t seed);

// Both throw std::runtime_error with the file's name.
[[nodiscard]] Sound read_wav(const std::string& path);
void write_wav(const std::string& path, const Sound& sound);

}  // namespace lab
