// SPDX-License-Identifier: GPL-3.0-or-later
// Converts interleaved little-endian PCM, as in cards and WAV files, to StereoFrame. Thread: any.
// Real-time safe: yes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tandem/audio/dither.hpp"
#include "tandem/audio/frame.hpp"

namespace tandem {

// Named as in ALSA: s24_3le is packed into three bytes, s24le uses the low three of four.
enum class SampleFormat { s16le, s24_3le, s24le, s32le };

[[nodiscard]] constexpr std::size_t bytes_of(SampleFormat format) noexcept {
    switch (format) {
        case SampleFormat::s16le:
            return 2;
        case SampleFormat::s24_3le:
            return 3;
        case SampleFormat::s24le:
        case SampleFormat::s32le:
            break;
    }
    return 4;
}

// How the input's channels become two.
enum class ChannelLayout {
    stereo,       // two channels, as they are
    mono,         // one channel, on both
    left_of_two,  // two channels, the first on both
};

[[nodiscard]] constexpr std::size_t channels_of(ChannelLayout layout) noexcept {
    return layout == ChannelLayout::mono ? 1 : 2;
}

// Converts out.size() frames, which `raw` must hold. Dithers 24 and 32 bit samples.
void convert_frames(std::span<const std::uint8_t> raw, SampleFormat format, ChannelLayout layout,
                    Dither& dither, std::span<StereoFrame> out) noexcept;

}  // namespace tandem
