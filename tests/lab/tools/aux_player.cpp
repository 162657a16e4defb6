// SPDX-License-Identifier: GPL-3.0-or-later
// aux_player DEVICE WAV LOG: what is plugged into the aux input. Plays the file once, or until
// SIGTERM, and notes when each part of it was at the plug. LOG gets "realtime-minus-monotonic NS"
// first, then "FRAMES NS" lines: that many frames had left the card at that time of
// CLOCK_MONOTONIC.
#include <alsa/asoundlib.h>
#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "wav.hpp"

namespace {

constexpr snd_pcm_uframes_t kPeriod = 480;
constexpr snd_pcm_uframes_t kBuffer =
    100 * kPeriod;  // so that a busy machine does not break the cable

int check(long result, const std::string& what) {
    if (result < 0) throw std::runtime_error(what + ": " + snd_strerror(static_cast<int>(result)));
    return static_cast<int>(result);
}

long long nanoseconds(const timespec& time) {
    return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

// The least of some readings: the one that was interrupted least.
long long realtime_minus_monotonic() {
    long long offset = 0;
    long long best = 1'000'000'000;
    for (int i = 0; i < 100; ++i) {
        timespec before{};
        timespec real{};
        timespec after{};
        clock_gettime(CLOCK_MONOTONIC, &before);
        clock_gettime(CLOCK_REALTIME, &real);
        clock_gettime(CLOCK_MONOTONIC, &after);
        const long long width = nanoseconds(after) - nanoseconds(before);
        if (width < best) {
            best = width;
            offset = nanoseconds(real) - nanoseconds(before) - width / 2;
        }
    }
    return offset;
}

void configure(snd_pcm_t* pcm, const std::string& device, unsigned rate) {
    snd_pcm_hw_params_t* hardware = nullptr;
    snd_pcm_hw_params_alloca(&hardware);
    check(snd_pcm_hw_params_any(pcm, hardware), device);
    check(snd_pcm_hw_params_set_access(pcm, hardware, SND_PCM_ACCESS_RW_INTERLEAVED), device);
    check(snd_pcm_hw_params_set_format(pcm, hardware, SND_PCM_FORMAT_S16_LE), device);
    check(snd_pcm_hw_params_set_channels(pcm, hardware, 2), device);
    check(snd_pcm_hw_params_set_rate(pcm, hardware, rate, 0), device);
    check(snd_pcm_hw_params_set_period_size(pcm, hardware, kPeriod, 0), device);
    check(snd_pcm_hw_params_set_buffer_size(pcm, hardware, kBuffer), device);
    check(snd_pcm_hw_params(pcm, hardware), device);
    snd_pcm_sw_params_t* software = nullptr;
    snd_pcm_sw_params_alloca(&software);
    check(snd_pcm_sw_params_current(pcm, software), device);
    check(snd_pcm_sw_params_set_start_threshold(pcm, software, kBuffer), device);
    check(snd_pcm_sw_params_set_tstamp_mode(pcm, software, SND_PCM_TSTAMP_ENABLE), device);
    check(snd_pcm_sw_params_set_tstamp_type(pcm, software, SND_PCM_TSTAMP_TYPE_MONOTONIC), device);
    check(snd_pcm_sw_params(pcm, software), device);
}

volatile sig_atomic_t stopped = 0;

struct Mark {
    long frames;
    long long time;
};

std::vector<Mark> play(snd_pcm_t* pcm, const lab::Sound& sound) {
    std::vector<Mark> marks;
    snd_pcm_status_t* status = nullptr;
    snd_pcm_status_alloca(&status);
    long written = 0;
    while (written < sound.frames() && stopped == 0) {
        const long count = std::min<long>(kPeriod, sound.frames() - written);
        check(snd_pcm_writei(pcm, &sound.samples[static_cast<std::size_t>(2 * written)],
                             static_cast<snd_pcm_uframes_t>(count)),
              "the aux player was late (the machine is overloaded)");
        written += count;
        check(snd_pcm_status(pcm, status), "status");
        timespec time{};
        snd_pcm_status_get_htstamp(status, &time);
        const long left = written - snd_pcm_status_get_delay(status);
        const bool runs = snd_pcm_status_get_state(status) == SND_PCM_STATE_RUNNING;
        if (runs && left > 0) marks.push_back({left, nanoseconds(time)});
    }
    check(snd_pcm_drain(pcm), "drain");
    return marks;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 4) throw std::runtime_error("usage: aux_player DEVICE WAV LOG");
        const lab::Sound sound = lab::read_wav(argv[2]);
        signal(SIGTERM, [](int) { stopped = 1; });
        sched_param priority{};
        priority.sched_priority = 85;  // it stands for a machine of its own; below the radio
        if (sched_setscheduler(0, SCHED_FIFO, &priority) < 0) {
            throw std::runtime_error("cannot become a real-time process: run as root");
        }
        snd_pcm_t* pcm = nullptr;
        check(snd_pcm_open(&pcm, argv[1], SND_PCM_STREAM_PLAYBACK, 0), argv[1]);
        const std::unique_ptr<snd_pcm_t, decltype(&snd_pcm_close)> closing{pcm, snd_pcm_close};
        configure(pcm, argv[1], static_cast<unsigned>(sound.rate));
        const long long offset = realtime_minus_monotonic();
        const std::vector<Mark> marks = play(pcm, sound);
        std::FILE* log = std::fopen(argv[3], "w");
        if (log == nullptr) throw std::runtime_error(std::string{"cannot write "} + argv[3]);
        std::fprintf(log, "realtime-minus-monotonic %lld\n", offset);
        for (const Mark& mark : marks)
            std::fprintf(log, "%ld %lld\n", mark.frames, mark.time);
        std::fclose(log);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "aux_player: error: %s\n", error.what());
        return 1;
    }
}
