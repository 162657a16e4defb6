// SPDX-License-Identifier: GPL-3.0-or-later
// Carries one sink's packets through the air to its speaker, and watches what is in them.
// Thread: one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/model/air.hpp"
#include "sim/model/record.hpp"
#include "sim/model/room_sink.hpp"
#include "tandem/link/link.hpp"

namespace tandem::sim {

// The delay line slews by one part in so many at most.
inline constexpr int kSlewParts = 500;

class SpeakerLink final : public Link {
  public:
    // All of them outlive the link; `now` is the present of the virtual time.
    SpeakerLink(const Time& now, const PcmHistory& history, Air& air, RoomSink& sink,
                SinkRecord& record) noexcept
        : now_(now), history_(history), air_(air), sink_(sink), record_(record) {}

    LinkStatus send(std::span<const std::uint8_t> packet) noexcept override;
    bool ready(std::size_t) noexcept override { return now_ >= sink_.deaf_until; }
    LinkCounters counters() const noexcept override { return counters_; }

  private:
    void deliver(std::span<const std::uint8_t> packet);
    [[nodiscard]] std::int64_t follow_sequence(std::uint16_t sequence) noexcept;
    void pass_over(std::int64_t packets, std::size_t frames) noexcept;
    void follow_content(std::span<const FinePlace> places) noexcept;
    void listen(std::span<const std::uint8_t> packet, std::span<FinePlace> places);

    const Time& now_;
    const PcmHistory& history_;
    Air& air_;
    RoomSink& sink_;
    SinkRecord& record_;
    LinkCounters counters_;
    std::array<FinePlace, kMostFramesPerPacket> places_{};
};

}  // namespace tandem::sim
