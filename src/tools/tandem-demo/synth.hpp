// SPDX-License-Identifier: GPL-3.0-or-later
// The instruments of the demo's music: each adds one note to a stereo mix.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tandem/audio/frame.hpp"
#include "tandem/base/units.hpp"

namespace tandem::demo {

struct Mix {
    Mix(SampleRate rate, double seconds);
    // Adds `value` at frame `at`; pan from -1 (left) to 1 (right), equal power.
    void add(std::size_t at, double value, double pan);
    [[nodiscard]] std::size_t frame_at(double seconds) const;
    // Scaled to a peak of -3 dBFS, with short fades at both ends.
    [[nodiscard]] std::vector<StereoFrame> finish() const;

    SampleRate rate;
    std::vector<double> left;
    std::vector<double> right;
};

struct Note {
    double start = 0;   // s
    double length = 1;  // s
    double hz = 440;
    double level = 0.2;
    double pan = 0;
};

void play_pad(Mix& mix, const Note& note);
void play_bass(Mix& mix, const Note& note);
void play_pluck(Mix& mix, const Note& note, std::uint32_t seed);
void play_kick(Mix& mix, double start, double level);
void play_brush(Mix& mix, double start, double length, double level, double pan,
                std::uint32_t seed);

// Two crossed echoes, for room.
void add_echo(Mix& mix, double seconds, double level);

}  // namespace tandem::demo
