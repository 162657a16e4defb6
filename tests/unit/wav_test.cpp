// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/wav.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fakes/temporary_folder.hpp"

namespace tandem {
namespace {

using Bytes = std::vector<std::uint8_t>;

void append(Bytes& bytes, std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i)
        bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}
void append(Bytes& bytes, const std::string& tag) {
    bytes.insert(bytes.end(), tag.begin(), tag.end());
}

struct Header {
    std::uint32_t tag = 1;
    std::uint32_t channels = 2;
    std::uint32_t rate = 48000;
    std::uint32_t bits = 16;
    std::uint32_t data_size = 8;
    std::size_t data_present = 8;
    bool odd_chunk_first = false;
};

Bytes make_wav(const Header& header) {
    Bytes bytes;
    append(bytes, "RIFF");
    append(bytes, 0, 4);
    append(bytes, "WAVE");
    if (header.odd_chunk_first) {
        append(bytes, "LIST");
        append(bytes, 3, 4);
        append(bytes, 0, 4);  // three bytes and the padding
    }
    append(bytes, "fmt ");
    append(bytes, 16, 4);
    append(bytes, header.tag, 2);
    append(bytes, header.channels, 2);
    append(bytes, header.rate, 4);
    append(bytes, 0, 4);
    append(bytes, 0, 2);
    append(bytes, header.bits, 2);
    append(bytes, "data");
    append(bytes, header.data_size, 4);
    bytes.resize(bytes.size() + header.data_present);
    return bytes;
}

TEST(Wav, ReadsWhatItWrote) {
    const std::string path = testing::TempDir() + "wav_roundtrip.wav";
    std::vector<StereoFrame> frames;
    for (int i = 0; i < 1000; ++i) {
        frames.push_back({static_cast<std::int16_t>(i * 31), static_cast<std::int16_t>(-i * 17)});
    }
    WavWriter writer(path, SampleRate{44100});
    writer.write(std::span(frames).first(400));
    writer.write(std::span(frames).subspan(400));
    writer.close();
    const WavAudio audio = load_wav(path);
    EXPECT_EQ(audio.rate, SampleRate{44100});
    EXPECT_EQ(audio.frames, frames);
}

TEST(Wav, FindsTheAudioBehindOddlySizedChunks) {
    const Bytes file = make_wav({.odd_chunk_first = true});
    const WavLayout layout = parse_wav(file);
    EXPECT_EQ(layout.frames, 2U);
    EXPECT_EQ(layout.data_offset, file.size() - 8);
}

TEST(Wav, CutsASizeThatPromisesTooMuch) {
    EXPECT_EQ(parse_wav(make_wav({.data_size = 0xffffffffU, .data_present = 12})).frames, 3U);
}

TEST(Wav, KnowsEachFormat) {
    EXPECT_EQ(parse_wav(make_wav({.bits = 24, .data_size = 12, .data_present = 12})).frames, 2U);
    EXPECT_EQ(parse_wav(make_wav({.bits = 32})).format, SampleFormat::s32le);
    EXPECT_EQ(parse_wav(make_wav({.channels = 1})).channels, ChannelLayout::mono);
}

TEST(Wav, RefusesWhatItCannotPlay) {
    EXPECT_THROW((void)parse_wav(make_wav({.tag = 3, .bits = 32})), WavError);
    EXPECT_THROW((void)parse_wav(make_wav({.channels = 6})), WavError);
    EXPECT_THROW((void)parse_wav(make_wav({.channels = 0})), WavError);
    EXPECT_THROW((void)parse_wav(make_wav({.bits = 8})), WavError);
    EXPECT_THROW((void)parse_wav(make_wav({.rate = 0})), WavError);
    EXPECT_THROW((void)parse_wav(make_wav({.data_size = 0, .data_present = 0})), WavError);
}

TEST(Wav, NeverReadsBeyondATruncatedFile) {
    const Bytes whole = make_wav({.odd_chunk_first = true});
    for (std::size_t size = 0; size + 8 < whole.size(); ++size) {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_THROW((void)parse_wav(cut), WavError) << "at " << size;
    }
}

TEST(Wav, WritesOverNothingButAWavFile) {
    const test::TemporaryFolder folder;
    folder.write("notes.txt", "RIFle");
    EXPECT_THROW(WavWriter(folder.file("notes.txt"), SampleRate{48000}), WavError);
    EXPECT_EQ(folder.read("notes.txt"), "RIFle");
    WavWriter(folder.file("a.wav"), SampleRate{48000}).close();
    EXPECT_NO_THROW(WavWriter(folder.file("a.wav"), SampleRate{48000}).close());
    std::filesystem::create_symlink("a.wav", folder.file("link.wav"));
    EXPECT_THROW(WavWriter(folder.file("link.wav"), SampleRate{48000}), WavError);
    ASSERT_EQ(mkfifo(folder.file("fifo.wav").c_str(), 0600), 0);
    EXPECT_THROW(WavWriter(folder.file("fifo.wav"), SampleRate{48000}), WavError);
}

TEST(Wav, NamesAFileItCannotWrite) {
    try {
        WavWriter writer("/nowhere/at/all.wav", SampleRate{48000});
        FAIL() << "expected a WavError";
    } catch (const WavError& error) {
        EXPECT_NE(std::string(error.what()).find("/nowhere/at/all.wav"), std::string::npos);
    }
}

}  // namespace
}  // namespace tandem
