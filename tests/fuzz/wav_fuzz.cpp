// SPDX-License-Identifier: GPL-3.0-or-later
// A WAV file, which stands in for a sound card. Input: its bytes.
#include <vector>

#include "fuzz/expect.hpp"
#include "tandem/audio/wav.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    const std::span<const std::uint8_t> file(data, size);
    WavLayout layout;
    try {
        layout = parse_wav(file);
    } catch (const WavError& error) {
        fuzz::expect(*error.what() != '\0', "a refusal says what is wrong");
        return 0;
    }
    fuzz::expect(layout.frames > 0, "a file that is taken has sound");
    fuzz::expect(layout.rate.hz > 0, "a file that is taken has a rate");
    const std::size_t frame = bytes_of(layout.format) * channels_of(layout.channels);
    fuzz::expect(layout.data_offset <= size && layout.frames <= (size - layout.data_offset) / frame,
                 "the sound lies within the file");
    Dither dither;
    std::vector<StereoFrame> frames(layout.frames);
    convert_frames(file.subspan(layout.data_offset), layout.format, layout.channels, dither,
                   frames);
    return 0;
}
