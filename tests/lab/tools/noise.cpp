// SPDX-License-Identifier: GPL-3.0-or-later
// noise SECONDS FILE: writes the WAV that the lab plays into the aux input.
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "wav.hpp"

int main(int argc, char** argv) {
    try {
        if (argc != 3) throw std::runtime_error("usage: noise SECONDS FILE");
        lab::write_wav(argv[2], lab::noise(48000, std::stod(argv[1]), 1));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "noise: error: %s\n", error.what());
        return 1;
    }
}
