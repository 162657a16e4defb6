// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include "tandem/audio/paced_capture.hpp"
#include "tandem/audio/wav.hpp"
#include "tandem/base/owned_fd.hpp"

namespace tandem {
namespace {

[[noreturn]] void refuse_file(const std::string& path, const char* why) {
    throw CaptureError(CaptureReason::file_unreadable,
                       fmt::format("cannot read the audio file {}: {}; name a WAV file that "
                                   "this user may read",
                                   path, why));
}

// Read and not mapped: a mapped file that somebody cuts short while it plays would end the process.
class AudioFile {
  public:
    explicit AudioFile(const std::string& path)
        : file_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) {
        struct stat status {};
        if (!file_ || ::fstat(file_.get(), &status) != 0) refuse_file(path, std::strerror(errno));
        if (!S_ISREG(status.st_mode)) refuse_file(path, "it is not a regular file");
        if (status.st_size == 0) refuse_file(path, "it is empty");
        size_ = static_cast<std::size_t>(status.st_size);
        // So that the engine's first pass does not wait for the disk.
        (void)::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_WILLNEED);
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    // Fills `into` from `offset` on; zeros where the file has no more, or cannot be read.
    void read(std::size_t offset, std::span<std::uint8_t> into) const noexcept {
        while (!into.empty()) {
            const auto count =
                ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(offset));
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) return (void)std::fill(into.begin(), into.end(), std::uint8_t{0});
            into = into.subspan(static_cast<std::size_t>(count));
            offset += static_cast<std::size_t>(count);
        }
    }

  private:
    OwnedFd file_;
    std::size_t size_ = 0;
};

// The layout of a file whose audio begins in its first megabyte: pictures may come before it.
WavLayout layout_of(const AudioFile& file) {
    constexpr std::size_t most_head = 1 << 20;
    std::vector<std::uint8_t> head(std::min(file.size(), most_head));
    file.read(0, head);
    WavLayout layout = parse_wav(head);
    std::uint32_t promised = 0;  // by the four octets before the audio
    std::memcpy(&promised, head.data() + layout.data_offset - sizeof promised, sizeof promised);
    const std::size_t audio = std::min<std::size_t>(promised, file.size() - layout.data_offset);
    layout.frames = audio / (bytes_of(layout.format) * channels_of(layout.channels));
    return layout;
}

class WavSource final : public PacedSource {
  public:
    WavSource(const std::string& path, SampleRate rate) : file_(path) {
        try {
            layout_ = layout_of(file_);
        } catch (const WavError& error) {
            throw CaptureError(CaptureReason::file_unreadable,
                               fmt::format("the audio file {} {}", path, error.what()));
        }
        if (layout_.rate != rate) {
            throw CaptureError(
                CaptureReason::card_refused,
                fmt::format("the audio file {} has a rate of {} Hz, but the stream runs at {} Hz; "
                            "set rate = {} in [capture] or convert the file",
                            path, layout_.rate.hz, rate.hz, layout_.rate.hz));
        }
    }

    void copy(Position from, std::span<StereoFrame> into) noexcept override {
        const std::size_t frame_bytes = bytes_of(layout_.format) * channels_of(layout_.channels);
        auto at = static_cast<std::size_t>(from.frames % static_cast<std::int64_t>(layout_.frames));
        while (!into.empty()) {
            const std::size_t count =
                std::min({into.size(), layout_.frames - at, chunk_.size() / frame_bytes});
            const auto bytes = std::span(chunk_).first(count * frame_bytes);
            file_.read(layout_.data_offset + at * frame_bytes, bytes);
            convert_frames(bytes, layout_.format, layout_.channels, dither_, into.first(count));
            into = into.subspan(count);
            at = (at + count) % layout_.frames;
        }
    }

  private:
    AudioFile file_;
    WavLayout layout_;
    std::array<std::uint8_t, 16384> chunk_{};
    Dither dither_;
};

// One second holds whole periods of both tones and of the swell, so a second is all there is.
class ToneSource final : public PacedSource {
  public:
    explicit ToneSource(SampleRate rate) : second_(static_cast<std::size_t>(rate.hz)) {
        constexpr double amplitude = 0.2512 * 32768.0;  // -12 dBFS
        constexpr double turn = 2.0 * std::numbers::pi;
        for (std::size_t i = 0; i < second_.size(); ++i) {
            const double t = static_cast<double>(i) / rate.hz;
            // From one swell's top to a tenth of it and back, most of the time near the bottom.
            const double raised = 0.5 + 0.5 * std::cos(turn * 2.0 * t);
            const double swell = 0.1 + 0.9 * raised * raised * raised * raised;
            second_[i].left = sample(amplitude * swell * std::sin(turn * 440.0 * t));
            second_[i].right = sample(amplitude * swell * std::sin(turn * 660.0 * t));
        }
    }

    void copy(Position from, std::span<StereoFrame> into) noexcept override {
        auto at = static_cast<std::size_t>(from.frames % static_cast<std::int64_t>(second_.size()));
        for (StereoFrame& frame : into) {
            frame = second_[at];
            if (++at == second_.size()) at = 0;
        }
    }

  private:
    static std::int16_t sample(double value) {
        return static_cast<std::int16_t>(std::lround(value));
    }

    std::vector<StereoFrame> second_;
};

}  // namespace

std::unique_ptr<PacedSource> open_wav_source(const std::string& path, SampleRate rate) {
    return std::make_unique<WavSource>(path, rate);
}

std::unique_ptr<PacedSource> make_tone_source(SampleRate rate) {
    return std::make_unique<ToneSource>(rate);
}

}  // namespace tandem
