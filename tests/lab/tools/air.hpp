// SPDX-License-Identifier: GPL-3.0-or-later
// The air of one piconet: its central sends and receives one frame at a time, each frame takes the
// slots its length asks for, and a lost frame is sent again. Time is injected; nothing here reads a
// clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace lab {

using Time = std::chrono::nanoseconds;  // on CLOCK_MONOTONIC

// The slots of 0.625 ms that an ACL payload takes with EDR at 3 Mbit/s, the answer's slot included.
[[nodiscard]] Time air_time(std::size_t payload_bytes) noexcept;

struct Frame {
    int from{};  // index of the sending controller
    int to{};
    std::uint16_t from_handle{};
    std::vector<std::uint8_t> payload;
    std::uint8_t start_flag{};  // packet boundary and broadcast flags as the receiver sees them
    Time arrived{};             // when its air time ended
};

class Air {
  public:
    explicit Air(std::uint32_t seed) : dice_{seed} {}

    // Frames to and from a peripheral are lost with this probability (0..1) and sent again.
    void set_loss(int peripheral, double probability) { loss_[peripheral] = probability; }
    // While a peripheral is out of reach every frame to or from it is lost.
    void set_outage(int peripheral, bool on);
    [[nodiscard]] bool in_outage(int peripheral) const { return outage_.contains(peripheral); }

    void offer(Time now, Frame frame);
    // Forgets what waits between two controllers: their link is gone.
    void forget(int one, int other);

    // When the frame in the air ends; nothing when the air is free.
    [[nodiscard]] std::optional<Time> next_end() const;
    // Frames whose air time has passed, in order.
    [[nodiscard]] std::vector<Frame> take_done(Time now);

  private:
    struct Waiting {
        Time offered;
        Frame frame;
    };
    using Way = std::pair<int, int>;  // from, to

    void start_next();

    std::mt19937 dice_;
    std::map<int, double> loss_;
    std::set<int> outage_;
    std::map<Way, std::deque<Waiting>> waiting_;
    std::optional<Way> in_air_;  // the frame at the front of this queue is being sent
    Way last_{-1, -1};           // served last: the next one round gets its turn
    Time free_at_{};             // end of the last frame, not the moment somebody noticed it
};

}  // namespace lab
