// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

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

class MappedFile {
  public:
    explicit MappedFile(const std::string& path) {
        const OwnedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        struct stat status {};
        if (!file || ::fstat(file.get(), &status) != 0) refuse(path, std::strerror(errno));
        if (!S_ISREG(status.st_mode)) refuse(path, "it is not a regular file");
        if (status.st_size == 0) refuse(path, "it is empty");
        size_ = static_cast<std::size_t>(status.st_size);
        // Populated now, so that the engine's first pass does not wait for the disk.
        address_ = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED | MAP_POPULATE, file.get(), 0);
        if (address_ == MAP_FAILED) refuse(path, std::strerror(errno));
    }
    ~MappedFile() { ::munmap(address_, size_); }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept {
        return {static_cast<const std::uint8_t*>(address_), size_};
    }

  private:
    [[noreturn]] static void refuse(const std::string& path, const char* why) {
        throw CaptureError(CaptureReason::file_unreadable,
                           fmt::format("cannot read the audio file {}: {}; name a WAV file that "
                                       "this user may read",
                                       path, why));
    }

    void* address_ = nullptr;
    std::size_t size_ = 0;
};

class WavSource final : public PacedSource {
  public:
    WavSource(const std::string& path, SampleRate rate) : file_(path) {
        try {
            layout_ = parse_wav(file_.bytes());
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
        auto at = static_cast<std::size_t>(from.frames) % layout_.frames;
        while (!into.empty()) {
            const std::size_t count = std::min(into.size(), layout_.frames - at);
            convert_frames(
                file_.bytes().subspan(layout_.data_offset + at * frame_bytes, count * frame_bytes),
                layout_.format, layout_.channels, dither_, into.first(count));
            into = into.subspan(count);
            at = 0;
        }
    }

  private:
    MappedFile file_;
    WavLayout layout_;
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
        auto at = static_cast<std::size_t>(from.frames) % second_.size();
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
