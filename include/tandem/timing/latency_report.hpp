// SPDX-License-Identifier: GPL-3.0-or-later
// What one speaker reports of its latency over AVDTP, made fit for the plan: a report that no
// speaker can mean is left out, and one that changes in mid-stream has to stand still for a while
// before it moves anything. Pure: time is told. Thread: one at a time, control's. Real-time safe:
// yes, all functions.
#pragma once

#include <chrono>
#include <optional>

#include "tandem/base/units.hpp"

namespace tandem {

// 20 ms to 1 s.
[[nodiscard]] bool is_sane_latency(Duration latency) noexcept;

class LatencyReport {
  public:
    // Reports closer to what is in force than this are the same.
    static constexpr Duration kSame = std::chrono::milliseconds{1};
    // How long a changed report has to stand still: the first time, and at most. With the longest
    // slew of a delay (20 ms at 0.2 %: 10 s) a change is done within 20 s.
    static constexpr Duration kStill = std::chrono::seconds{2};
    static constexpr Duration kLongestStill = std::chrono::seconds{8};
    // Changes closer together than this double the wait; the third of them is called unsteady.
    static constexpr Duration kQuiet = std::chrono::minutes{1};

    enum class Origin { none, remembered, reported };
    // What there is to tell: `absurd` and `unsteady` at most once a stream.
    enum class News { none, taken, absurd, unsteady };

    // The value of an earlier run.
    void remember(Duration latency) noexcept;
    // A stream begins: its first report counts at once.
    void start_stream() noexcept;
    [[nodiscard]] News report(Duration latency, Time now) noexcept;
    // To be called at due(): `taken` if a changed report has stood still.
    [[nodiscard]] News settle(Time now) noexcept;
    [[nodiscard]] std::optional<Time> due() const noexcept;

    // Nothing for Origin::none. `remembered` until this stream has reported.
    [[nodiscard]] std::optional<Duration> value() const noexcept { return value_; }
    [[nodiscard]] Origin origin() const noexcept { return origin_; }
    // The newest report that was no absurd one, of any stream.
    [[nodiscard]] std::optional<Time> heard() const noexcept { return heard_; }

  private:
    void count_change(Time now) noexcept;

    Origin origin_ = Origin::none;
    std::optional<Duration> value_;
    std::optional<Time> heard_;
    std::optional<Duration> candidate_;  // reported, but not in force yet
    Time due_{};                         // of candidate_
    Duration still_ = kStill;
    int changes_ = 0;  // no two of them further apart than kQuiet
    Time last_change_{};
    bool absurd_told_ = false;
    bool unsteady_told_ = false;
};

}  // namespace tandem
