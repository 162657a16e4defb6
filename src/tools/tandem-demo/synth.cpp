// SPDX-License-Identifier: GPL-3.0-or-later
#include "synth.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace tandem::demo {
namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;

// -1..1; the same on every machine, which the standard's distributions are not.
class Noise {
  public:
    explicit Noise(std::uint32_t seed) : state_(seed * 2654435761U + 1U) {}
    double next() {
        state_ = state_ * 1664525U + 1013904223U;
        return static_cast<double>(state_ >> 8) / 8388608.0 - 1.0;
    }

  private:
    std::uint32_t state_;
};

// Rises over `attack`, falls over `release` at the note's end; all in seconds.
double swell(double t, double length, double attack, double release) {
    const double up = std::min(1.0, t / attack);
    const double down = std::clamp((length - t) / release, 0.0, 1.0);
    return std::sin(0.5 * std::numbers::pi * up) * down * down;
}

template <typename Sound>
void each_frame(Mix& mix, double start, double length, double pan, Sound sound) {
    const std::size_t from = mix.frame_at(start);
    const std::size_t to = std::min(mix.frame_at(start + length), mix.left.size());
    for (std::size_t i = from; i < to; ++i) {
        mix.add(i, sound(static_cast<double>(i - from) / mix.rate.hz), pan);
    }
}

}  // namespace

Mix::Mix(SampleRate sample_rate, double seconds)
    : rate(sample_rate),
      left(static_cast<std::size_t>(seconds * sample_rate.hz)),
      right(left.size()) {}

void Mix::add(std::size_t at, double value, double pan) {
    if (at >= left.size()) return;
    const double angle = (pan + 1.0) * std::numbers::pi / 4;
    left[at] += value * std::cos(angle);
    right[at] += value * std::sin(angle);
}

std::size_t Mix::frame_at(double seconds) const {
    return static_cast<std::size_t>(std::llround(std::max(0.0, seconds) * rate.hz));
}

std::vector<StereoFrame> Mix::finish() const {
    double peak = 1e-9;
    for (std::size_t i = 0; i < left.size(); ++i)
        peak = std::max({peak, std::abs(left[i]), std::abs(right[i])});
    const double scale = 0.708 * 32767 / peak;
    const double fade = 0.02 * rate.hz;
    std::vector<StereoFrame> frames(left.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto edge = static_cast<double>(std::min(i, frames.size() - 1 - i));
        const double gain = scale * std::min(1.0, edge / fade);
        frames[i] = {static_cast<std::int16_t>(std::lround(left[i] * gain)),
                     static_cast<std::int16_t>(std::lround(right[i] * gain))};
    }
    return frames;
}

// Two slightly detuned voices of soft harmonics, a little apart in the stereo image.
void play_pad(Mix& mix, const Note& note) {
    for (const double side : {-1.0, 1.0}) {
        const double hz = note.hz * (1.0 + side * 0.0012);
        each_frame(mix, note.start, note.length, note.pan + 0.35 * side, [&](double t) {
            double value = 0;
            for (int harmonic = 1; harmonic <= 5; ++harmonic)
                value += std::sin(kTurn * hz * harmonic * t) / (harmonic * harmonic);
            return note.level * value * swell(t, note.length, 0.5, 0.7);
        });
    }
}

void play_bass(Mix& mix, const Note& note) {
    each_frame(mix, note.start, note.length, note.pan, [&](double t) {
        const double body = std::sin(kTurn * note.hz * t) + 0.3 * std::sin(2 * kTurn * note.hz * t);
        return note.level * body * std::exp(-1.6 * t) * swell(t, note.length, 0.012, 0.08);
    });
}

// Karplus and Strong: a burst of noise that runs round a damped string.
void play_pluck(Mix& mix, const Note& note, std::uint32_t seed) {
    const double period = mix.rate.hz / note.hz;
    const auto size = static_cast<std::size_t>(period);
    const double fraction = period - static_cast<double>(size);
    Noise noise(seed);
    std::vector<double> string(size + 1);
    double soft = 0;
    for (double& place : string)
        place = soft += 0.35 * (noise.next() - soft);  // picked with the flesh of the finger
    std::size_t at = 0;
    each_frame(mix, note.start, note.length, note.pan, [&](double t) {
        const std::size_t next = (at + 1) % string.size();
        const double value = string[at];
        string[at] = 0.997 * (fraction * value + (1 - fraction) * string[next]) * 0.5 +
                     0.997 * 0.5 * string[next];
        at = next;
        return 2.2 * note.level * value * swell(t, note.length, 0.002, 0.15);
    });
}

void play_kick(Mix& mix, double start, double level) {
    each_frame(mix, start, 0.35, 0.0, [&](double t) {
        const double phase = 48.0 * t + 60.0 * 0.035 * (1 - std::exp(-t / 0.035));
        return level * std::sin(kTurn * phase) * std::exp(-t / 0.09) * std::min(1.0, t / 0.002);
    });
}

void play_brush(Mix& mix, double start, double length, double level, double pan,
                std::uint32_t seed) {
    Noise noise(seed);
    double low = 0;
    each_frame(mix, start, length, pan, [&](double t) {
        const double white = noise.next();
        low += 0.35 * (white - low);
        return level * (white - low) * std::exp(-6 * t / length) * std::min(1.0, t / 0.003);
    });
}

void add_echo(Mix& mix, double seconds, double level) {
    const std::size_t delay = mix.frame_at(seconds);
    for (std::size_t i = delay; i < mix.left.size(); ++i) {
        const double from_right = mix.right[i - delay];
        mix.right[i] += level * mix.left[i - delay];
        mix.left[i] += level * from_right;
    }
}

}  // namespace tandem::demo
