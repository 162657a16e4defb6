// SPDX-License-Identifier: GPL-3.0-or-later
#include "wav.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <numbers>
#include <stdexcept>

namespace lab {

namespace {
static_assert(std::endian::native == std::endian::little,
              "WAV data is read and written as it lies in memory");
constexpr std::size_t kHeader = 44;

template <typename T>
void put(char* at, T value) {
    std::memcpy(at, &value, sizeof value);
}
template <typename T>
T get(const char* at) {
    T value{};
    std::memcpy(&value, at, sizeof value);
    return value;
}
}  // namespace

Sound noise(int rate, double seconds, std::uint32_t seed) {
    Sound sound{rate, {}, 2};
    sound.samples.resize(static_cast<std::size_t>(std::lround(seconds * rate)) * 2);
    std::uint64_t state = seed + 0x9e3779b97f4a7c15U;
    const auto uniform =
        [&] {  // xorshift64*: the same on every library, unlike std::normal_distribution
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            return static_cast<double>((state * 0x2545f4914f6cdd1dU) >> 11) * 0x1.0p-53;
        };
    constexpr double kLevel = 4000;  // rms; peaks stay below full scale
    for (auto& sample : sound.samples) {
        const double radius = std::sqrt(-2 * std::log(std::max(uniform(), 1e-12)));
        const double value = kLevel * radius * std::cos(2 * std::numbers::pi * uniform());
        sample = static_cast<std::int16_t>(std::clamp(value, -32000.0, 32000.0));
    }
    return sound;
}

Sound read_wav(const std::string& path) {
    Sound sound = read_room(path);
    if (sound.channels != 2)
        throw std::runtime_error(path + " is not stereo: make it with the lab's `noise`");
    return sound;
}

Sound read_room(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::array<char, kHeader> header{};
    if (!file.read(header.data(), kHeader) || std::memcmp(header.data(), "RIFF", 4) != 0) {
        throw std::runtime_error(
            path + " is missing or is not a WAV file: make it with the lab's `noise`");
    }
    const int channels = get<std::uint16_t>(&header[22]);
    if (channels < 1 || get<std::uint16_t>(&header[34]) != 16) {
        throw std::runtime_error(path + " is not a WAV of 16 bit: make it with the lab's `noise`");
    }
    Sound sound{get<std::int32_t>(&header[24]), {}, channels};
    sound.samples.resize(get<std::uint32_t>(&header[40]) / sizeof(std::int16_t));
    file.read(reinterpret_cast<char*>(sound.samples.data()),
              static_cast<std::streamsize>(sound.samples.size() * sizeof(std::int16_t)));
    if (!file) throw std::runtime_error(path + " ends early: make it again with the lab's `noise`");
    return sound;
}

void write_wav(const std::string& path, const Sound& sound) {
    const auto bytes = static_cast<std::uint32_t>(sound.samples.size() * sizeof(std::int16_t));
    std::array<char, kHeader> header{};
    std::memcpy(&header[0], "RIFF....WAVEfmt ", 16);
    put<std::uint32_t>(&header[4], bytes + 36);
    put<std::uint32_t>(&header[16], 16);
    put<std::uint16_t>(&header[20], 1);
    put(&header[22], static_cast<std::uint16_t>(sound.channels));
    put<std::int32_t>(&header[24], sound.rate);
    put<std::int32_t>(&header[28], sound.rate * 2 * sound.channels);
    put(&header[32], static_cast<std::uint16_t>(2 * sound.channels));
    put<std::uint16_t>(&header[34], 16);
    std::memcpy(&header[36], "data", 4);
    put<std::uint32_t>(&header[40], bytes);
    std::ofstream file{path, std::ios::binary};
    file.write(header.data(), kHeader);
    file.write(reinterpret_cast<const char*>(sound.samples.data()), bytes);
    if (!file.flush()) throw std::runtime_error("cannot write " + path + ": is there space left?");
}

}  // namespace lab
