// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/wav.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "tandem/base/owned_fd.hpp"

namespace tandem {
namespace {

static_assert(std::endian::native == std::endian::little,
              "frames are written as they lie in memory");

constexpr std::uint32_t kFormatPcm = 1;
constexpr std::uint32_t kFormatExtensible = 0xfffe;
constexpr std::size_t kHeaderBytes = 44;
constexpr std::uint64_t kLargestData = 0xffffffffULL - kHeaderBytes;

using Bytes = std::span<const std::uint8_t>;

std::uint32_t read_16(Bytes bytes, std::size_t at) {
    return static_cast<std::uint32_t>(bytes[at]) | static_cast<std::uint32_t>(bytes[at + 1]) << 8;
}
std::uint32_t read_32(Bytes bytes, std::size_t at) {
    return read_16(bytes, at) | read_16(bytes, at + 2) << 16;
}
bool has_tag(Bytes bytes, std::size_t at, std::string_view tag) {
    return std::equal(tag.begin(), tag.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

SampleFormat format_of_bits(std::uint32_t bits) {
    switch (bits) {
        case 16:
            return SampleFormat::s16le;
        case 24:
            return SampleFormat::s24_3le;
        case 32:
            return SampleFormat::s32le;
        default:
            throw WavError("has " + std::to_string(bits) + " bit samples; use 16, 24 or 32");
    }
}

WavLayout parse_format(Bytes chunk) {
    if (chunk.size() < 16) throw WavError("has a format chunk that is too short");
    std::uint32_t tag = read_16(chunk, 0);
    // WAVE_FORMAT_EXTENSIBLE: the real tag opens the sub-format's GUID.
    if (tag == kFormatExtensible && chunk.size() >= 26) tag = read_16(chunk, 24);
    if (tag != kFormatPcm) throw WavError("is not integer PCM; convert it to 16 bit PCM");
    const std::uint32_t channels = read_16(chunk, 2);
    if (channels != 1 && channels != 2) {
        throw WavError("has " + std::to_string(channels) + " channels; use one or two");
    }
    const std::uint32_t rate = read_32(chunk, 4);
    if (rate < 8000 || rate > 192000) {
        throw WavError("has a rate of " + std::to_string(rate) + " Hz; use 44100 or 48000");
    }
    WavLayout layout;
    layout.rate = SampleRate{static_cast<std::int32_t>(rate)};
    layout.channels = channels == 1 ? ChannelLayout::mono : ChannelLayout::stereo;
    layout.format = format_of_bits(read_16(chunk, 14));
    return layout;
}

}  // namespace

namespace {

// Writes over nothing but WAV files: a path may be mistaken, or somebody's who may not write there.
std::FILE* open_for_writing(const std::string& path) {
    OwnedFd fd{::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666)};
    struct stat seen {};
    if (!fd || ::fstat(fd.get(), &seen) != 0) return nullptr;
    std::array<std::uint8_t, 4> tag{};
    const bool ours = S_ISREG(seen.st_mode) &&
                      (seen.st_size == 0 || (::pread(fd.get(), tag.data(), tag.size(), 0) == 4 &&
                                             has_tag(tag, 0, "RIFF")));
    if (!ours) throw WavError("will not write over " + path + ", which is no WAV file");
    // A stream closes a descriptor of its own.
    const int own = ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0);
    std::FILE* file = own < 0 ? nullptr : ::fdopen(own, "wb");
    if (file == nullptr && own >= 0) (void)::close(own);
    return file;
}

}  // namespace

WavLayout parse_wav(Bytes file) {
    if (file.size() < 12 || !has_tag(file, 0, "RIFF") || !has_tag(file, 8, "WAVE")) {
        throw WavError("is not a WAV file");
    }
    std::optional<WavLayout> layout;
    for (std::size_t at = 12; file.size() - at >= 8;) {
        const std::size_t body = at + 8;
        const std::size_t promised = read_32(file, at + 4);
        const std::size_t size = std::min(promised, file.size() - body);
        if (has_tag(file, at, "fmt ")) layout = parse_format(file.subspan(body, size));
        if (has_tag(file, at, "data")) {
            if (!layout) throw WavError("has its data before its format");
            layout->data_offset = body;
            layout->frames = size / (bytes_of(layout->format) * channels_of(layout->channels));
            if (layout->frames == 0) throw WavError("holds no audio");
            return *layout;
        }
        const std::size_t step = size + (size & 1);  // chunks are padded to even sizes
        if (step > file.size() - body) break;
        at = body + step;
    }
    throw WavError("holds no audio");
}

WavAudio load_wav(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw WavError("cannot open " + path + ": " + std::strerror(errno));
    const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    try {
        const WavLayout layout = parse_wav(bytes);
        WavAudio audio{layout.rate, std::vector<StereoFrame>(layout.frames)};
        Dither dither;
        convert_frames(Bytes(bytes).subspan(layout.data_offset), layout.format, layout.channels,
                       dither, audio.frames);
        return audio;
    } catch (const WavError& error) {
        throw WavError(path + " " + error.what());
    }
}

WavWriter::WavWriter(std::string path, SampleRate rate)
    : path_(std::move(path)), rate_(rate), file_(open_for_writing(path_)) {
    require(file_ != nullptr);
}

WavWriter::~WavWriter() {
    try {
        if (begun_) close();
    } catch (const WavError&) {
        // Whoever needs to know calls close().
    }
}

void WavWriter::begin() {
    if (std::exchange(begun_, true)) return;
    require(::ftruncate(::fileno(file_.get()), 0) == 0);
    write_header();
}

void WavWriter::write(std::span<const StereoFrame> frames) {
    require(file_ != nullptr);
    begin();
    const std::uint64_t room = kLargestData / sizeof(StereoFrame) - frames_;
    if (frames.size() > room) throw WavError(path_ + " is full: a WAV file ends at 4 GiB");
    require(std::fwrite(frames.data(), sizeof(StereoFrame), frames.size(), file_.get()) ==
            frames.size());
    frames_ += frames.size();
}

void WavWriter::close() {
    if (!file_) return;
    begin();
    const bool rewound = std::fseek(file_.get(), 0, SEEK_SET) == 0;
    if (rewound) write_header();
    const bool closed = std::fclose(file_.release()) == 0;
    require(rewound && closed);
}

void WavWriter::write_header() {
    std::array<std::uint8_t, kHeaderBytes> header{};
    const auto put = [&](std::size_t at, std::uint32_t value, std::size_t bytes) {
        for (std::size_t i = 0; i < bytes; ++i) {
            header[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
        }
    };
    const auto tag = [&](std::size_t at, std::string_view text) {
        std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
    };
    const auto data = static_cast<std::uint32_t>(frames_ * sizeof(StereoFrame));
    const auto rate = static_cast<std::uint32_t>(rate_.hz);
    tag(0, "RIFF");
    put(4, data + static_cast<std::uint32_t>(kHeaderBytes) - 8, 4);
    tag(8, "WAVE");
    tag(12, "fmt ");
    put(16, 16, 4);
    put(20, kFormatPcm, 2);
    put(22, 2, 2);
    put(24, rate, 4);
    put(28, rate * 4, 4);
    put(32, 4, 2);
    put(34, 16, 2);
    tag(36, "data");
    put(40, data, 4);
    require(std::fwrite(header.data(), 1, header.size(), file_.get()) == header.size());
}

void WavWriter::require(bool done) const {
    if (!done) throw WavError("cannot write " + path_ + ": " + std::strerror(errno));
}

}  // namespace tandem
