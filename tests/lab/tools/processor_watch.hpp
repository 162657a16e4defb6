// SPDX-License-Identifier: GPL-3.0-or-later
// Sees a processor stand still: on each of them a thread looks at the clock every 20 ms, above all
// programs that could keep it from that. One thread for all would see its own processor only, and
// the next packet may be in the hands of another one. Thread-safe.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "air.hpp"

namespace lab {

class ProcessorWatch {
  public:
    // `priority`: of SCHED_FIFO. Throws std::system_error.
    explicit ProcessorWatch(int priority);
    ~ProcessorWatch();
    ProcessorWatch(const ProcessorWatch&) = delete;
    ProcessorWatch& operator=(const ProcessorWatch&) = delete;

    // It rests at first, and while nothing is recorded: each look takes time itself.
    void look(bool on);
    // From when a look was due until it came, on CLOCK_MONOTONIC, where that was longer than
    // kStandstill.
    [[nodiscard]] std::vector<std::pair<Time, Time>> take();

  private:
    enum class State { rests, looks, ends };

    void watch(int processor, int priority);
    [[nodiscard]] bool wait_for_work();

    std::mutex mutex_;
    std::condition_variable changed_;
    State state_ = State::rests;
    std::vector<std::pair<Time, Time>> seen_;
    std::vector<std::thread> threads_;
};

}  // namespace lab
