// SPDX-License-Identifier: GPL-3.0-or-later
// The newest SBC frames of all chains, so that what two of them need alike is encoded once.
// Thread: engine. Real-time safe.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "tandem/a2dp/sbc_config.hpp"
#include "tandem/audio/role.hpp"
#include "tandem/timing/units.hpp"

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

    // The frame's octets, or nothing.
    [[nodiscard]] std::span<const std::uint8_t> find(const FrameKey& key) const noexcept {
        for (const Slot& slot : slots_)
            if (slot.size > 0 && slot.key == key) return std::span(slot.bytes).first(slot.size);
        return {};
    }
    // Keeps the frame in place of the oldest one.
    void store(const FrameKey& key, std::span<const std::uint8_t> octets) noexcept {
        if (octets.size() > kLongestFrame) return;
        Slot& slot = slots_[next_];
        next_ = (next_ + 1) % slots_.size();
        slot.key = key;
        slot.size = octets.size();
        std::copy(octets.begin(), octets.end(), slot.bytes.begin());
    }

  private:
    struct Slot {
        FrameKey key;
        std::size_t size = 0;
        std::array<std::uint8_t, kLongestFrame> bytes{};
    };
    std::array<Slot, 32> slots_{};  // two packets of the longest kind
    std::size_t next_ = 0;
};

}  // namespace tandem
