// SPDX-License-Identifier: GPL-3.0-or-later
// What is in the packets of a speaker: which part of the noise, and how well it is told.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "aux_clock.hpp"
#include "decode.hpp"
#include "locate.hpp"
#include "wav.hpp"

namespace lab {

// Follows the content from packet to packet.
class Follower {
  public:
    // All three must outlive this.
    Follower(const Locator& locator, const AuxClock& aux, const Decoded& decoded);

    // Where this packet's content begins in the noise; nothing when it is something else.
    std::optional<std::int64_t> find(std::size_t packet, Time arrival);

  private:
    [[nodiscard]] std::span<const float> stretch_at(std::size_t start, std::size_t count) const;
    [[nodiscard]] bool silent(std::span<const float> stretch) const;

    const Locator& locator_;
    const AuxClock& aux_;
    const Decoded& decoded_;
    std::vector<float> mix_;
    bool on_track_{};
    std::int64_t offset_{};  // noise position minus decoded position, as found last
};

// How well the decoded channels agree with those of the noise.
class Likeness {
  public:
    // `count` decoded frames from `start` on, which are those of the noise from `position` on.
    void add(const Decoded& decoded, std::size_t start, std::int64_t count, const Sound& played,
             std::int64_t position);
    // Signal to everything else, in dB, of a channel against its own channel of the noise.
    [[nodiscard]] double snr_db(std::size_t channel) const;
    [[nodiscard]] double gain_db(std::size_t channel) const;

  private:
    std::array<double, 2> in_in_{};
    std::array<double, 2> out_out_{};
    std::array<double, 2> in_out_{};
};

}  // namespace lab
