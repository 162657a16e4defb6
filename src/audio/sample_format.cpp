// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/sample_format.hpp"

#include <cassert>

namespace tandem {
namespace {

std::uint32_t byte_at(const std::uint8_t* from, int index) noexcept {
    return from[index];
}

// Full scale at 32 bit, whatever the format.
std::int32_t wide_sample(const std::uint8_t* from, SampleFormat format) noexcept {
    std::uint32_t bits = 0;
    switch (format) {
        case SampleFormat::s16le:
            bits = byte_at(from, 0) << 16 | byte_at(from, 1) << 24;
            break;
        case SampleFormat::s24_3le:
        case SampleFormat::s24le:
            bits = byte_at(from, 0) << 8 | byte_at(from, 1) << 16 | byte_at(from, 2) << 24;
            break;
        case SampleFormat::s32le:
            bits = byte_at(from, 0) | byte_at(from, 1) << 8 | byte_at(from, 2) << 16 |
                   byte_at(from, 3) << 24;
            break;
    }
    return static_cast<std::int32_t>(bits);
}

std::int16_t narrow_sample(const std::uint8_t* from, SampleFormat format, Dither& dither) noexcept {
    const std::int32_t wide = wide_sample(from, format);
    // 16 bit samples are exact already.
    if (format == SampleFormat::s16le) return static_cast<std::int16_t>(wide >> 16);
    return dither.to_16_bit(wide);
}

}  // namespace

void convert_frames(std::span<const std::uint8_t> raw, SampleFormat format, ChannelLayout layout,
                    Dither& dither, std::span<StereoFrame> out) noexcept {
    const std::size_t sample_bytes = bytes_of(format);
    const std::size_t frame_bytes = sample_bytes * channels_of(layout);
    assert(raw.size() >= out.size() * frame_bytes);
    const std::uint8_t* from = raw.data();
    for (StereoFrame& frame : out) {
        frame.left = narrow_sample(from, format, dither);
        frame.right = layout == ChannelLayout::stereo
                          ? narrow_sample(from + sample_bytes, format, dither)
                          : frame.left;
        from += frame_bytes;
    }
}

}  // namespace tandem
