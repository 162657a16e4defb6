// SPDX-License-Identifier: GPL-3.0-or-later
// The newest SBC frames of all chains, so that what two of them need alike is encoded once.
// Thread: engine, all functions. Real-time safe, all of them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "tandem/a2dp/sbc_config.hpp"
#include "tandem/audio/role.hpp"
#include "tandem/base/units.hpp"

namespace tandem {

// All that the octets of an SBC frame depend on (besides what was captured).
struct FrameKey {
    Position at;  // in the cadence
    SbcConfig sbc;
    Role role = Role::stereo;
    double gain_db = 0;
    FineFrames delay{};
    bool operator==(const FrameKey&) const = default;
};

class FrameCache {
  public:
    static constexpr std::size_t kLongestFrame = 544;  // bytes; dual channel at bitpool 128 has 524

    // The frame's octets, or nothing; they hold until the next store(). Engine; real-time safe.
    [[nodiscard]] std::span<const std::uint8_t> find(const FrameKey& key) const noexcept {
        for (std::size_t i = 0; i < keys_.size(); ++i)
            if (keys_[i] == key) return std::span(frames_[i].bytes).first(frames_[i].size);
        return {};
    }
    // Keeps the frame in place of the oldest one; one that is too long is left out. Engine;
    // real-time safe.
    void store(const FrameKey& key, std::span<const std::uint8_t> octets) noexcept {
        if (octets.size() > kLongestFrame) return;
        keys_[next_] = key;
        Frame& frame = frames_[next_];
        frame.size = octets.size();
        std::copy(octets.begin(), octets.end(), frame.bytes.begin());
        next_ = (next_ + 1) % keys_.size();
    }

  private:
    struct Frame {
        std::size_t size = 0;
        std::array<std::uint8_t, kLongestFrame> bytes{};
    };
    static constexpr std::size_t kFrames = 32;  // two packets of the longest kind
    // Apart from the octets, so that a look through all of them touches one page and not five.
    std::array<FrameKey, kFrames> keys_{};
    std::array<Frame, kFrames> frames_{};
    std::size_t next_ = 0;
};

}  // namespace tandem
