// SPDX-License-Identifier: GPL-3.0-or-later
#include "room_pcm.hpp"

#include <time.h>

#include <algorithm>
#include <stdexcept>

namespace lab {

namespace {
// What lies ready in the card's buffer: the speaker's program may be late by so much.
constexpr std::size_t kAhead = 150 * kRoomRate / 1000;
constexpr snd_pcm_uframes_t kBuffer = kRoomRate / 2;

long check(long result, const std::string& what) {
    if (result < 0) throw std::runtime_error(what + ": " + snd_strerror(static_cast<int>(result)));
    return result;
}

Time time_in(std::int64_t frames) {
    return Time{frames * 1'000'000'000 / kRoomRate};
}

snd_pcm_t* open_pcm(const std::string& device) {
    snd_pcm_t* pcm = nullptr;
    check(snd_pcm_open(&pcm, device.c_str(), SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK), device);
    return pcm;
}
}  // namespace

Time now_monotonic() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::seconds{time.tv_sec} + Time{time.tv_nsec};
}

RoomPcm::RoomPcm(const std::string& device)
    : device_{device}, pcm_{open_pcm(device), snd_pcm_close} {
    configure();
    write(std::vector<StereoSample>(kAhead));
    check(snd_pcm_start(pcm_.get()), device_);
    find_epoch();
}

// It never stops: where nothing was written in time it plays silence, and its positions go on.
void RoomPcm::configure() {
    check(snd_pcm_set_params(pcm_.get(), SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED, 2,
                             kRoomRate, 0, 1'000'000 * kBuffer / kRoomRate),
          device_);
    snd_pcm_sw_params_t* software = nullptr;
    snd_pcm_sw_params_alloca(&software);
    snd_pcm_uframes_t boundary = 0;
    check(snd_pcm_sw_params_current(pcm_.get(), software), device_);
    check(snd_pcm_sw_params_get_boundary(software, &boundary), device_);
    check(snd_pcm_sw_params_set_start_threshold(pcm_.get(), software, boundary), device_);
    check(snd_pcm_sw_params_set_stop_threshold(pcm_.get(), software, boundary), device_);
    check(snd_pcm_sw_params_set_silence_threshold(pcm_.get(), software, 0), device_);
    check(snd_pcm_sw_params_set_silence_size(pcm_.get(), software, boundary), device_);
    check(snd_pcm_sw_params(pcm_.get(), software), device_);
}

// The card's position moves with the kernel's tick, every 4 ms: the earliest readings are those
// right behind a tick.
void RoomPcm::find_epoch() {
    const Time end = now_monotonic() + std::chrono::milliseconds{500};
    Time start = Time::max();
    for (Time now = now_monotonic(); now < end; now = now_monotonic()) {
        snd_pcm_sframes_t left = 0;
        check(snd_pcm_delay(pcm_.get(), &left), device_);
        const std::int64_t played = written_ - left;
        if (played > 0) start = std::min(start, now_monotonic() - time_in(played));
        const auto due = time_in(written_) - time_in(kAhead);
        if (start != Time::max() && start + due <= now)
            write(std::vector<StereoSample>(kRoomRate / 100));
        const timespec pause{0, 700'000};
        nanosleep(&pause, nullptr);
    }
    epoch_ = start + time_in(written_) - time_in(kAhead);
}

void RoomPcm::write(std::span<const StereoSample> sound) {
    while (!sound.empty()) {
        const snd_pcm_sframes_t taken = snd_pcm_writei(pcm_.get(), sound.data(), sound.size());
        if (taken == -EAGAIN) break;  // half a second of sound: the machine stood still
        check(taken, device_);
        written_ += taken;
        sound = sound.subspan(static_cast<std::size_t>(taken));
    }
    written_ += std::ssize(sound);
}

}  // namespace lab
