// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong or changes in a living room, and when. Thread: one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "sim/model/dice.hpp"
#include "tandem/base/units.hpp"

namespace tandem::sim {

enum class Happening {
    xrun,          // the card loses what it captured since the last read
    card_stall,    // no interrupt of the card for 5 to 30 ms
    engine_stall,  // the engine does not run for 5 to 30 ms
    new_latency,   // a speaker keeps more or less in its buffer, and reports it
    trim,          // the user moves one speaker
    leave,         // a speaker goes away for some minutes
    unplug,        // the card is gone for up to a minute
    standstill,    // the machine stands still for up to 3 s; from 0.2 s on the card overruns
    radio_blip,    // a link takes nothing for 10 to 40 ms
    radio_outage,  // a link takes nothing for up to 10 s, and its stream has to begin anew
    false_report,  // a speaker reports absurd latencies, or a wrong one for less than 2 s
    reload,        // all streams begin anew
};
inline constexpr std::size_t kHappenings = 12;

// How long it takes on average until each of them comes (again); 0: it never does.
using HappeningMeans = std::array<Duration, kHappenings>;

inline constexpr HappeningMeans kCalm{};
inline constexpr HappeningMeans kLively{std::chrono::hours{3},    std::chrono::minutes{10},
                                        std::chrono::minutes{10}, std::chrono::hours{12},
                                        std::chrono::hours{12},   std::chrono::hours{8}};
inline constexpr HappeningMeans kStormy{
    std::chrono::hours{1}, std::chrono::minutes{10}, std::chrono::minutes{10},
    std::chrono::hours{3}, std::chrono::hours{3},    std::chrono::hours{4},
    std::chrono::hours{6}, std::chrono::hours{3},    std::chrono::minutes{20},
    std::chrono::hours{3}, std::chrono::hours{1},    std::chrono::hours{12}};

class Schedule {
  public:
    Schedule(const HappeningMeans& means, Time start, Dice& dice) noexcept
        : means_(means), dice_(dice) {
        for (std::size_t i = 0; i < kHappenings; ++i)
            set_next(i, start);
    }

    [[nodiscard]] Time next() const noexcept { return at_[next_]; }
    // Takes the one that is due.
    [[nodiscard]] Happening take() noexcept {
        const std::size_t taken = next_;
        set_next(taken, at_[taken]);
        return static_cast<Happening>(taken);
    }

  private:
    void set_next(std::size_t which, Time from) noexcept {
        const Duration mean = means_[which];
        at_[which] = mean == Duration::zero() ? Time::max() : from + dice_.wait(mean);
        next_ = static_cast<std::size_t>(std::min_element(at_.begin(), at_.end()) - at_.begin());
    }

    HappeningMeans means_;
    Dice& dice_;
    std::array<Time, kHappenings> at_{};
    std::size_t next_ = 0;
};

}  // namespace tandem::sim
