// SPDX-License-Identifier: GPL-3.0-or-later
// Carries one sink's packets through the air to its speaker, and watches what is in them. What the
// radio does not take now waits in a queue like SocketLink's. Thread: one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

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
                SinkRecord& record, std::size_t queue_packets) noexcept
        : now_(now),
          history_(history),
          air_(air),
          sink_(sink),
          record_(record),
          queue_packets_(queue_packets) {}
    ~SpeakerLink() override { record_.abandoned += waiting_.size(); }

    LinkStatus send(std::span<const std::uint8_t> packet) noexcept override;
    LinkStatus flush() noexcept override;
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
    std::size_t queue_packets_;
    std::deque<std::vector<std::uint8_t>> waiting_;
    LinkCounters counters_;
    std::array<FinePlace, kMostFramesPerPacket> places_{};
};

}  // namespace tandem::sim
