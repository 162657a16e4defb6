// SPDX-License-Identifier: GPL-3.0-or-later
// WAV files (RIFF, integer PCM of 16, 24 or 32 bit, one or two channels): reading and writing.
// Thread: any but the engine's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "tandem/audio/frame.hpp"
#include "tandem/audio/sample_format.hpp"
#include "tandem/base/units.hpp"

namespace tandem {

// what() says what is wrong, without the file's name.
class WavError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// Where the audio is in a WAV file.
struct WavLayout {
    SampleRate rate;
    SampleFormat format = SampleFormat::s16le;
    ChannelLayout channels = ChannelLayout::stereo;
    std::size_t data_offset = 0;
    std::size_t frames = 0;
};

// Reads the header of any bytes. Sizes that reach beyond the end of the file are cut. Throws
// WavError.
[[nodiscard]] WavLayout parse_wav(std::span<const std::uint8_t> file);

struct WavAudio {
    SampleRate rate;
    std::vector<StereoFrame> frames;
};
// Throws WavError, with the path in its sentence.
[[nodiscard]] WavAudio load_wav(const std::string& path);

// Writes 16 bit stereo. The header is complete only after close() or the destructor; until then
// players see an empty file. All functions throw WavError, with the path in its sentence.
class WavWriter {
  public:
    // Opens the file, which keeps what it holds until the first write() or close().
    WavWriter(std::string path, SampleRate rate);
    ~WavWriter();
    WavWriter(WavWriter&&) = default;
    WavWriter& operator=(WavWriter&&) = default;
    void write(std::span<const StereoFrame> frames);
    void close();
    [[nodiscard]] std::uint64_t frames_written() const noexcept { return frames_; }

  private:
    struct FileCloser {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    void begin();
    void write_header();
    void require(bool done) const;

    std::string path_;
    SampleRate rate_;
    std::unique_ptr<std::FILE, FileCloser> file_;
    bool begun_ = false;
    std::uint64_t frames_ = 0;
};

}  // namespace tandem
