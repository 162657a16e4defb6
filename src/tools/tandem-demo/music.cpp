// SPDX-License-Identifier: GPL-3.0-or-later
#include "music.hpp"

#include <array>
#include <cmath>

#include "synth.hpp"

namespace tandem::demo {
namespace {

constexpr double kBeat = 60.0 / 84.0;  // s
constexpr int kBeatsPerBar = 4;
constexpr int kRest = -1;

double pitch(int midi_note) {
    return 440.0 * std::pow(2.0, (midi_note - 69) / 12.0);
}

struct Harmony {
    int bass;
    std::array<int, 4> pad;
};

// C major 7, A minor 7, F major 7, G 6.
constexpr std::array<Harmony, 4> kHarmonies{{{36, {60, 64, 67, 71}},
                                             {33, {57, 60, 64, 67}},
                                             {41, {57, 60, 65, 64}},
                                             {43, {59, 62, 67, 64}}}};

// Eighth notes, one bar each.
constexpr std::array<std::array<int, 8>, 8> kMelody{{
    {76, kRest, 79, 76, kRest, 74, 72, kRest},
    {72, kRest, 76, kRest, 74, 72, 69, kRest},
    {69, 72, kRest, 76, kRest, 77, 76, kRest},
    {74, kRest, 71, kRest, 67, 69, 71, 74},
    {76, 79, kRest, 83, kRest, 81, 79, kRest},
    {76, kRest, 72, 74, kRest, 76, kRest, 69},
    {81, kRest, 79, 77, kRest, 76, 72, kRest},
    {74, 76, 74, kRest, 71, kRest, kRest, kRest},
}};

void play_harmony(Mix& mix, double start, const Harmony& harmony) {
    double pan = -0.5;
    for (const int note : harmony.pad) {
        play_pad(mix, {start, kBeatsPerBar * kBeat + 0.6, pitch(note), 0.045, pan});
        pan += 0.33;
    }
    play_bass(mix, {start, 1.9 * kBeat, pitch(harmony.bass), 0.30, 0.0});
    play_bass(mix, {start + 2.5 * kBeat, 1.4 * kBeat, pitch(harmony.bass + 7), 0.22, 0.0});
}

void play_melody(Mix& mix, double start, int bar) {
    const auto& notes = kMelody[static_cast<std::size_t>(bar) % kMelody.size()];
    for (std::size_t i = 0; i < notes.size(); ++i) {
        if (notes[i] == kRest) continue;
        const double pan = i % 2 == 0 ? -0.55 : 0.55;
        play_pluck(mix,
                   {start + static_cast<double>(i) * kBeat / 2, 1.6, pitch(notes[i]), 0.24, pan},
                   static_cast<std::uint32_t>(bar * 8) + static_cast<std::uint32_t>(i));
    }
}

void play_percussion(Mix& mix, double start, int bar) {
    play_kick(mix, start, 0.30);
    play_kick(mix, start + 2.5 * kBeat, 0.22);
    for (int eighth = 0; eighth < 8; ++eighth) {
        const bool back_beat = eighth == 2 || eighth == 6;
        play_brush(mix, start + eighth * kBeat / 2, back_beat ? 0.22 : 0.07,
                   back_beat ? 0.10 : 0.045, back_beat ? -0.2 : 0.4,
                   static_cast<std::uint32_t>(bar * 16 + eighth + 1000));
    }
}

}  // namespace

std::vector<StereoFrame> compose(SampleRate rate, double seconds) {
    Mix mix(rate, seconds);
    for (int bar = 0; bar * kBeatsPerBar * kBeat < seconds; ++bar) {
        const double start = bar * kBeatsPerBar * kBeat;
        play_harmony(mix, start, kHarmonies[static_cast<std::size_t>(bar) % kHarmonies.size()]);
        play_melody(mix, start, bar);
        play_percussion(mix, start, bar);
    }
    add_echo(mix, 0.75 * kBeat, 0.16);
    return mix.finish();
}

}  // namespace tandem::demo
