// SPDX-License-Identifier: GPL-3.0-or-later
// A link that keeps what it was sent, when (in virtual time), and can decode it.
#pragma once

#include <sbc/sbc.h>

#include <cstdint>
#include <vector>

#include "tandem/audio/frame.hpp"
#include "tandem/base/units.hpp"
#include "tandem/link/link.hpp"

namespace tandem::test {

struct SentPacket {
    Time time;
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::vector<std::uint8_t> bytes;
};

// Outlives the chain that owns the RecordingLink.
struct Recording {
    const Time* now = nullptr;
    std::vector<SentPacket> packets;
    bool keep_bytes = true;

    // Left channel of all packets, one after the other.
    [[nodiscard]] std::vector<std::int16_t> decode() const {
        sbc_t sbc;
        sbc_init(&sbc, 0);
        std::vector<std::int16_t> out;
        for (const SentPacket& packet : packets) {
            std::size_t at = 13;
            while (at < packet.bytes.size()) {
                std::int16_t pcm[256 * 2];
                std::size_t written = 0;
                const ssize_t used =
                    sbc_decode(&sbc, packet.bytes.data() + at, packet.bytes.size() - at, pcm,
                               sizeof pcm, &written);
                if (used <= 0) break;
                at += static_cast<std::size_t>(used);
                for (std::size_t i = 0; i < written / 4; ++i)
                    out.push_back(pcm[2 * i]);
            }
        }
        sbc_finish(&sbc);
        return out;
    }
};

class RecordingLink final : public Link {
  public:
    explicit RecordingLink(Recording& recording) : recording_(recording) {}
    LinkStatus send(std::span<const std::uint8_t> packet) noexcept override {
        SentPacket sent{*recording_.now,
                        static_cast<std::uint16_t>(packet[2] << 8 | packet[3]),
                        static_cast<std::uint32_t>(packet[4]) << 24 |
                            static_cast<std::uint32_t>(packet[5]) << 16 |
                            static_cast<std::uint32_t>(packet[6]) << 8 | packet[7],
                        {}};
        if (recording_.keep_bytes) sent.bytes.assign(packet.begin(), packet.end());
        recording_.packets.push_back(std::move(sent));
        ++counters_.sent;
        return LinkStatus::sent;
    }
    bool ready(std::size_t) noexcept override { return true; }
    LinkCounters counters() const noexcept override { return counters_; }

  private:
    Recording& recording_;
    LinkCounters counters_;
};

}  // namespace tandem::test
