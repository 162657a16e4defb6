// SPDX-License-Identifier: GPL-3.0-or-later
// room_recorder CARD COUNT FILE: records substreams 0 to COUNT - 1 of the room until SIGTERM, all
// on one clock. FILE is a WAV with one channel for each, the mean of its left and right; FILE.start
// says when its first frame was, in nanoseconds of CLOCK_REALTIME (give or take the kernel's tick).
#include <alsa/asoundlib.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "wav.hpp"

namespace {

constexpr int kRate = 48000;
constexpr std::size_t kPeriod = 4800;
constexpr unsigned kBuffer_us = 2'000'000;

long check(long result, const std::string& what) {
    if (result < 0) throw std::runtime_error(what + ": " + snd_strerror(static_cast<int>(result)));
    return result;
}

using Pcm = std::unique_ptr<snd_pcm_t, decltype(&snd_pcm_close)>;

Pcm open_capture(const std::string& device) {
    snd_pcm_t* pcm = nullptr;
    check(snd_pcm_open(&pcm, device.c_str(), SND_PCM_STREAM_CAPTURE, 0), device);
    Pcm owned{pcm, snd_pcm_close};
    check(snd_pcm_set_params(pcm, SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED, 2, kRate, 0,
                             kBuffer_us),
          device);
    return owned;
}

// Those of one group start at the same tick.
std::vector<Pcm> open_all(const std::string& card, int count) {
    std::vector<Pcm> pcms;
    for (int i = 0; i < count; ++i) {
        pcms.push_back(open_capture("hw:" + card + ",1," + std::to_string(i)));
        if (i > 0)
            check(snd_pcm_link(pcms[0].get(), pcms[static_cast<std::size_t>(i)].get()), card);
    }
    return pcms;
}

volatile sig_atomic_t stopped = 0;

void record(const std::vector<Pcm>& pcms, lab::Sound& sound) {
    std::array<std::int16_t, 2 * kPeriod> period{};
    while (stopped == 0) {
        const std::size_t begin = sound.samples.size();
        sound.samples.resize(begin + kPeriod * pcms.size());
        for (std::size_t i = 0; i < pcms.size(); ++i) {
            check(snd_pcm_readi(pcms[i].get(), period.data(), kPeriod),
                  "the recorder was late (the machine is overloaded)");
            for (std::size_t n = 0; n < kPeriod; ++n)
                sound.samples[begin + n * pcms.size() + i] =
                    static_cast<std::int16_t>((period[2 * n] + period[2 * n + 1]) / 2);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 4) throw std::runtime_error("usage: room_recorder CARD COUNT FILE");
        signal(SIGTERM, [](int) { stopped = 1; });
        sched_param priority{};
        priority.sched_priority = 70;
        sched_setscheduler(0, SCHED_FIFO, &priority);
        const auto pcms = open_all(argv[1], std::stoi(argv[2]));
        lab::Sound sound{kRate, {}, static_cast<int>(pcms.size())};
        timespec start{};
        check(snd_pcm_start(pcms.at(0).get()), argv[1]);
        clock_gettime(CLOCK_REALTIME, &start);
        std::ofstream{std::string{argv[3]} + ".start"}
            << start.tv_sec * 1'000'000'000LL + start.tv_nsec << '\n';
        record(pcms, sound);
        lab::write_wav(argv[3], sound);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "room_recorder: error: %s\n", error.what());
        return 1;
    }
}
