// SPDX-License-Identifier: GPL-3.0-or-later
// Hears one sink: decodes its packets and compares them, second by second, with what was at the aux
// jack. Thread: one.
#pragma once

#include <sbc/sbc.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/model/drifting_card.hpp"
#include "sim/model/stream_map.hpp"
#include "tandem/base/units.hpp"

namespace tandem::sim {

struct Heard {
    double worst_snr_db = 1e9;      // of any stretch
    double best_shifted_db = -1e9;  // of any stretch, if it were one frame early or late
    std::uint64_t stretches = 0;
    std::uint64_t frames = 0;         // compared
    std::uint64_t frames_lost = 0;    // of them, where the card had lost what was to be heard
    std::uint64_t decode_errors = 0;  // SBC frames
};

class Listener {
  public:
    Listener();
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // A new stream: the decoder remembers nothing, and the encoder did not either.
    void begin();
    // The SBC frames of one packet, and where in the stream its first sample stands; nothing while
    // the delay moves.
    void hear(std::span<const std::uint8_t> sbc_frames, std::optional<Position> place);
    // Compares what was heard since the last time.
    void compare(const DriftingCard& card, const StreamMap& map);

    [[nodiscard]] const Heard& heard() const noexcept { return heard_; }

  private:
    struct Run {
        Position place;     // of its first sample
        std::size_t first;  // in pcm_
        std::size_t count;
    };
    struct Energies {
        double signal = 0;
        double error = 0;
        double early = 0;  // error if it were a frame early
        double late = 0;
    };
    void compare_run(const Run& run, const DriftingCard& card, const StreamMap& map,
                     Energies& energies);

    sbc_t sbc_{};
    int begun_ = 0;  // packets of the stream
    std::vector<StereoFrame> pcm_;
    std::vector<Run> runs_;
    Heard heard_;
};

}  // namespace tandem::sim
