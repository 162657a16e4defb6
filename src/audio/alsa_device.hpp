// SPDX-License-Identifier: GPL-3.0-or-later
// A PCM of alsa-lib that was set up, as the capture reads it. Private to the room. Thread: made on
// control, used on the engine thread. Real-time safe but for making it.
#pragma once

#include <alsa/asoundlib.h>

#include <memory>

#include "tandem/audio/alsa_pcm.hpp"

namespace tandem {

struct PcmCloser {
    void operator()(snd_pcm_t* pcm) const noexcept { snd_pcm_close(pcm); }
};
using AlsaPcm = std::unique_ptr<snd_pcm_t, PcmCloser>;

// How captured frames are had. A mapped buffer takes no system call to read, but shows only what
// the card's last interrupt told; with long periods the driver is asked to look again first.
enum class PcmAccess { read, mapped, mapped_and_synced };

// `stamps_are_monotonic`: of CLOCK_MONOTONIC; others are of no use.
[[nodiscard]] std::unique_ptr<PcmDevice> make_alsa_device(AlsaPcm pcm, PcmAccess access,
                                                          bool stamps_are_monotonic);

}  // namespace tandem
