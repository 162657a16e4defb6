// SPDX-License-Identifier: GPL-3.0-or-later
// One substream of the room, the second loopback card, as a DAC: what is written sounds at fixed
// times, also after the machine stood still.
#pragma once

#include <alsa/asoundlib.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "playout.hpp"

namespace lab {

inline constexpr int kRoomRate = 48000;

[[nodiscard]] Time now_monotonic();

class RoomPcm {
  public:
    // Takes half a second, in which the card's clock is found. Throws std::runtime_error.
    explicit RoomPcm(const std::string& device);

    // When the first sample that write() takes is due: it sounds a fixed time after.
    [[nodiscard]] Time epoch() const { return epoch_; }
    void write(std::span<const StereoSample> sound);

  private:
    void configure();
    void find_epoch();

    std::string device_;
    std::unique_ptr<snd_pcm_t, decltype(&snd_pcm_close)> pcm_;
    std::int64_t written_{};
    Time epoch_{};
};

}  // namespace lab
