// SPDX-License-Identifier: GPL-3.0-or-later
// noise SECONDS FILE [GAIN_DB [OFFSET]]: writes the WAV that the lab plays into the aux input; with
// a gain in dB, and with its mean off zero by a part of full scale, as a bad input has it.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "wav.hpp"

namespace {

void spoil(lab::Sound& sound, double gain_db, double offset) {
    const double gain = std::pow(10, gain_db / 20);
    for (auto& sample : sound.samples)
        sample = static_cast<std::int16_t>(
            std::clamp(std::lround(sample * gain + offset * 32768), -32768L, 32767L));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc < 3 || argc > 5)
            throw std::runtime_error("usage: noise SECONDS FILE [GAIN_DB [OFFSET]]");
        auto sound = lab::noise(48000, std::stod(argv[1]), 1);
        if (argc > 3) spoil(sound, std::stod(argv[3]), argc > 4 ? std::stod(argv[4]) : 0);
        lab::write_wav(argv[2], sound);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "noise: error: %s\n", error.what());
        return 1;
    }
}
