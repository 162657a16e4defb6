// SPDX-License-Identifier: GPL-3.0-or-later
// The last seconds of the input, by stream position. Thread: engine. Real-time safe: yes, but for
// the constructor.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tandem/audio/frame.hpp"
#include "tandem/base/units.hpp"

namespace tandem {

// What flows through the engine: sound, or no more than the places in the stream where it stands.
// That is for simulations: a month of sound takes them five hours to encode, a month of places two
// minutes. All that has to do with time is the same code in both (a test has them agree, packet by
// packet); it is asked for in three places: here, where samples would be metered (Intake), and
// where they would be encoded (Chain).
enum class Depth { samples, positions };

class PcmHistory {
  public:
    // Keeps at least `least` frames (rounded up to a power of two); no samples in Depth::positions.
    explicit PcmHistory(Frames least, Depth depth = Depth::samples);

    [[nodiscard]] Depth depth() const noexcept { return depth_; }

    void append(std::span<const StereoFrame> block) noexcept;
    void append_silence(Frames length) noexcept;

    // One past the newest frame.
    [[nodiscard]] Position end() const noexcept { return end_; }
    // The oldest frame kept.
    [[nodiscard]] Position begin() const noexcept;
    // How many frames are kept; none in Depth::positions.
    [[nodiscard]] Frames length() const noexcept {
        return {static_cast<std::int64_t>(ring_.size())};
    }

    // Copies the frames from `from` on; silence for frames that are not kept.
    void read(Position from, std::span<StereoFrame> into) const noexcept;
    // Whether no sample of the `length` frames from `from` on exceeds `peak`. Frames that are not
    // kept are silence; with Depth::positions nothing is quiet.
    [[nodiscard]] bool is_quiet(Position from, Frames length, int peak) const noexcept;

  private:
    [[nodiscard]] std::size_t slot(Position position) const noexcept;

    Depth depth_;
    std::vector<StereoFrame> ring_;
    Position end_{0};
};

}  // namespace tandem
