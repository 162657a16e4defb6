// SPDX-License-Identifier: GPL-3.0-or-later
#include "air.hpp"

#include <algorithm>
#include <utility>

namespace lab {

namespace {
constexpr Time kSlot = std::chrono::microseconds{625};

int peripheral_of(const std::pair<int, int>& way) {
    return std::max(way.first, way.second);
}
}  // namespace

Time air_time(std::size_t payload_bytes) noexcept {
    // 3-DH1, 3-DH3 and 3-DH5: Bluetooth Core, volume 2, part B, 6.5.4.
    if (payload_bytes <= 83) return 2 * kSlot;
    if (payload_bytes <= 552) return 4 * kSlot;
    return 6 * kSlot;
}

void Air::set_outage(int peripheral, bool on) {
    if (on) {
        outage_.insert(peripheral);
    } else {
        outage_.erase(peripheral);
    }
}

void Air::offer(Time now, Frame frame) {
    const Way way{frame.from, frame.to};
    waiting_[way].push_back({now, std::move(frame)});
    if (!in_air_) start_next();
}

void Air::forget(int one, int other) {
    for (const Way& way : {Way{one, other}, Way{other, one}}) {
        waiting_.erase(way);
        if (in_air_ == way) in_air_.reset();
    }
    if (!in_air_) start_next();
}

// Among the queues that hold a frame offered by the time the air is free, the next one in the round
// goes; when all come later, the earliest does.
void Air::start_next() {
    in_air_.reset();
    std::optional<Way> chosen;
    Time earliest = Time::max();
    for (const auto& [way, queue] : waiting_) {
        if (!queue.empty()) earliest = std::min(earliest, queue.front().offered);
    }
    if (earliest == Time::max()) return;
    const Time start = std::max(earliest, free_at_);
    for (const auto& [way, queue] : waiting_) {
        if (queue.empty() || queue.front().offered > start) continue;
        if (!chosen || (*chosen <= last_ && way > last_)) chosen = way;
    }
    in_air_ = chosen;
    free_at_ = start + air_time(waiting_[*chosen].front().frame.payload.size());
}

std::optional<Time> Air::next_end() const {
    if (!in_air_) return std::nullopt;
    return free_at_;
}

std::vector<Frame> Air::take_done(Time now) {
    std::vector<Frame> done;
    while (in_air_ && free_at_ <= now) {
        const Way way = *in_air_;
        last_ = way;
        auto& queue = waiting_[way];
        const int peripheral = peripheral_of(way);
        const auto loss = loss_.find(peripheral);
        const bool lost = outage_.contains(peripheral) ||
                          (loss != loss_.end() && std::bernoulli_distribution{loss->second}(dice_));
        if (!lost) {
            queue.front().frame.arrived = free_at_;
            done.push_back(std::move(queue.front().frame));
            queue.pop_front();
        }
        start_next();
    }
    return done;
}

}  // namespace lab
