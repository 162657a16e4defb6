// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/alsa_device.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "tandem/base/clock.hpp"

namespace tandem {
namespace {

class AlsaDevice final : public PcmDevice {
  public:
    AlsaDevice(AlsaPcm pcm, PcmAccess access, bool stamps_are_monotonic) noexcept
        : pcm_(std::move(pcm)), access_(access), stamps_are_monotonic_(stamps_are_monotonic) {}

    int observe(PcmObservation& into) noexcept override {
        snd_pcm_uframes_t available = 0;
        snd_htimestamp_t stamp{};
        if (const int error = snd_pcm_htimestamp(pcm_.get(), &available, &stamp); error < 0) {
            return error;
        }
        into.available = Frames{static_cast<std::int64_t>(available)};
        into.time = stamps_are_monotonic_ ? from_timespec(stamp) : Time{};
        return 0;
    }
    long read(std::uint8_t* into, std::size_t frames) noexcept override {
        if (access_ == PcmAccess::read) return snd_pcm_readi(pcm_.get(), into, frames);
        if (access_ == PcmAccess::mapped_and_synced) (void)snd_pcm_hwsync(pcm_.get());
        return read_mapped(into, frames);
    }
    int restart() noexcept override {
        // Dropping first makes every state, suspended included, one that prepares.
        (void)snd_pcm_drop(pcm_.get());
        if (const int error = snd_pcm_prepare(pcm_.get()); error < 0) return error;
        return snd_pcm_start(pcm_.get());
    }
    std::size_t poll_descriptors(std::span<pollfd> into) noexcept override {
        const int count =
            snd_pcm_poll_descriptors(pcm_.get(), into.data(), static_cast<unsigned>(into.size()));
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }

  private:
    // snd_pcm_mmap_readi() would ask the driver to look again before each piece, by a system call.
    long read_mapped(std::uint8_t* into, std::size_t frames) noexcept {
        if (const int error = error_of(snd_pcm_state(pcm_.get())); error < 0) return error;
        const snd_pcm_sframes_t available = snd_pcm_avail_update(pcm_.get());
        if (available < 0) return available;
        std::size_t left = std::min(frames, static_cast<std::size_t>(available));
        long taken = 0;
        while (left > 0) {
            const long part = take_mapped(into, left);
            if (part <= 0) return taken > 0 ? taken : part;
            into += snd_pcm_frames_to_bytes(pcm_.get(), part);
            left -= static_cast<std::size_t>(part);
            taken += part;
        }
        return taken;
    }
    // At most up to the end of the buffer.
    long take_mapped(std::uint8_t* into, std::size_t most) noexcept {
        const snd_pcm_channel_area_t* areas = nullptr;
        snd_pcm_uframes_t offset = 0;
        snd_pcm_uframes_t count = most;
        const int error = snd_pcm_mmap_begin(pcm_.get(), &areas, &offset, &count);
        if (error < 0) return error;
        // Interleaved: the first channel's area is that of all.
        const auto* from = static_cast<const std::uint8_t*>(areas->addr) + areas->first / 8 +
                           offset * (areas->step / 8);
        std::copy_n(from, count * (areas->step / 8), into);
        return snd_pcm_mmap_commit(pcm_.get(), offset, count);
    }
    // As a read by the kernel would have it; 0 where there may be frames.
    static int error_of(snd_pcm_state_t state) noexcept {
        switch (state) {
            case SND_PCM_STATE_XRUN:
                return -EPIPE;
            case SND_PCM_STATE_SUSPENDED:
                return -ESTRPIPE;
            case SND_PCM_STATE_DISCONNECTED:
                return -ENODEV;
            case SND_PCM_STATE_OPEN:
            case SND_PCM_STATE_SETUP:
                return -EBADFD;
            default:
                return 0;
        }
    }

    AlsaPcm pcm_;
    PcmAccess access_;
    bool stamps_are_monotonic_;
};

}  // namespace

std::unique_ptr<PcmDevice> make_alsa_device(AlsaPcm pcm, PcmAccess access,
                                            bool stamps_are_monotonic) {
    return std::make_unique<AlsaDevice>(std::move(pcm), access, stamps_are_monotonic);
}

}  // namespace tandem
