// SPDX-License-Identifier: GPL-3.0-or-later
#include "room_player.hpp"

#include <poll.h>
#include <pthread.h>
#include <sbc/sbc.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <exception>
#include <utility>

#include "room_pcm.hpp"

namespace lab {

namespace {
constexpr int kTick_ms = 10;
constexpr int kPriority = 80;  // below the aux player, which is below the radio

void become_real_time() {
    sched_param priority{};
    priority.sched_priority = kPriority;
    pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
}

std::uint32_t big_endian_32(const std::uint8_t* at) {
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 |
           at[3];
}
}  // namespace

struct RoomPlayer::Inside {
    Inside(const std::string& device, const PlayoutOptions& options)
        : pcm{device}, playout{options, kRoomRate, pcm.epoch()} {
        sbc_init(&sbc, 0);
        sbc.endian = SBC_LE;
    }
    ~Inside() {
        if (fd >= 0) close(fd);
        sbc_finish(&sbc);
    }

    // The sound of a packet; what the decoder does not take is silent.
    std::vector<StereoSample> decode(std::span<const std::uint8_t> frames) {
        std::vector<StereoSample> sound;
        while (!frames.empty()) {
            std::array<StereoSample, 128> pcm_frame{};
            std::size_t bytes = 0;
            const ssize_t used = sbc_decode(&sbc, frames.data(), frames.size(), pcm_frame.data(),
                                            sizeof pcm_frame, &bytes);
            if (used <= 0) break;
            frames = frames.subspan(static_cast<std::size_t>(used));
            sound.insert(
                sound.end(), pcm_frame.begin(),
                pcm_frame.begin() + static_cast<std::ptrdiff_t>(bytes / sizeof(StereoSample)));
        }
        return sound;
    }

    RoomPcm pcm;
    Playout playout;
    sbc_t sbc{};
    int fd{-1};
    std::vector<StereoSample> sound;
};

RoomPlayer::RoomPlayer(const std::string& device, const PlayoutOptions& options)
    : inside_{std::make_unique<Inside>(device, options)}, options_{options}, thread_{[this] {
          run();
      }} {}

RoomPlayer::~RoomPlayer() {
    ends_ = true;
    thread_.join();
    if (next_fd_ >= 0) close(next_fd_);
}

void RoomPlayer::play(int fd) {
    const std::lock_guard lock{mutex_};
    if (next_fd_ >= 0) close(next_fd_);
    next_fd_ = fd;
}

void RoomPlayer::stop() {
    const std::lock_guard lock{mutex_};
    if (next_fd_ >= 0) close(std::exchange(next_fd_, -1));
    stop_ = true;
}

void RoomPlayer::set_options(const PlayoutOptions& options) {
    const std::lock_guard lock{mutex_};
    options_ = options;
}

void RoomPlayer::take_changes() {
    const std::lock_guard lock{mutex_};
    if (!stop_ && next_fd_ < 0) return;
    if (inside_->fd >= 0) close(std::exchange(inside_->fd, -1));
    inside_->playout.stop();
    inside_->playout.set_options(options_);
    stop_ = false;
    if (next_fd_ < 0) return;
    inside_->fd = std::exchange(next_fd_, -1);
    packets_ = 0;
}

// False when none waits.
bool RoomPlayer::receive_packet() {
    constexpr std::size_t kRtpAndSbcHeader = 13;
    std::array<std::uint8_t, 4096> packet{};
    const ssize_t size = read(inside_->fd, packet.data(), packet.size());
    if (size <= 0) {
        if (size == 0 || errno != EAGAIN) close(std::exchange(inside_->fd, -1));
        return false;
    }
    ++packets_;
    if (static_cast<std::size_t>(size) <= kRtpAndSbcHeader) return true;
    const auto frames =
        std::span{packet}.first(static_cast<std::size_t>(size)).subspan(kRtpAndSbcHeader);
    inside_->playout.receive(big_endian_32(&packet[4]), inside_->decode(frames), now_monotonic());
    return true;
}

void RoomPlayer::run() try {
    become_real_time();
    std::array<pollfd, 1> waits{};
    while (!ends_) {
        waits[0] = {inside_->fd, POLLIN, 0};
        poll(waits.data(), inside_->fd >= 0 ? 1 : 0, kTick_ms);
        take_changes();
        while (inside_->fd >= 0 && receive_packet()) {
        }
        inside_->sound.clear();
        inside_->playout.advance(now_monotonic(), inside_->sound);
        inside_->pcm.write(inside_->sound);
    }
} catch (const std::exception& error) {
    std::fprintf(stderr, "speaker: error: %s\n", error.what());
    _exit(1);
}

}  // namespace lab
