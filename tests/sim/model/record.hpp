// SPDX-License-Identifier: GPL-3.0-or-later
// What is noted down in a living room: skew by the hour, latency by the day, and what was left out.
// Thread: one.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/model/statistics.hpp"
#include "tandem/base/units.hpp"

namespace tandem::sim {

// Why a moment's skew does not count.
enum class Excuse {
    none,
    settling,  // a speaker has just begun to play: its own regulation still pulls in
    change,    // a trim or a new latency is on its way through the delay line
};

// The means of the first and the last third of some days: what grows shows.
struct Course {
    double first_third = 0;
    double last_third = 0;
};
[[nodiscard]] Course course_of(std::span<const Mean> days) noexcept;

struct HourOfSkew {
    double low_ms = 0;  // 0.1 % are below
    double median_ms = 0;
    double high_ms = 0;  // 0.1 % are above
    std::size_t count = 0;
};

struct SinkRecord {
    std::uint64_t packets = 0;      // that reached the speaker
    std::uint64_t missing = 0;      // packets, by the RTP sequence numbers
    std::uint64_t jumps = 0;        // places in the content where it goes on somewhere else
    std::uint64_t fades = 0;        // jumps that were asked for
    std::uint64_t left_out = 0;     // packets, by the chains
    std::uint64_t anew = 0;         // times that a chain asked for its stream to be begun anew
    std::uint64_t underruns = 0;    // of the speaker
    std::vector<Mean> excess_ms{};  // a day each: from the aux jack to the air, beyond the plan
    std::vector<Mean> level_ms{};   // a day each: the speaker's buffer beyond its latency
};

class Record {
  public:
    explicit Record(Time start) noexcept : start_(start) {}

    void add_skew(double ms, Time at, Excuse excuse);
    void add_latency(std::size_t sink, double excess_ms, double level_ms, Time at);

    [[nodiscard]] const Spread& skew() const noexcept { return skew_; }
    // Skew of the moments that do not count.
    [[nodiscard]] const Spread& excused(Excuse why) const noexcept {
        return excused_[static_cast<std::size_t>(why)];
    }
    // Completes the present hour.
    [[nodiscard]] const std::vector<HourOfSkew>& hours();

    std::array<SinkRecord, 2> sinks{};
    std::uint64_t restarts = 0;  // of a speaker
    std::uint64_t changes = 0;   // of trims and latencies

  private:
    void finish_hour();

    Time start_;
    Spread skew_;
    std::array<Spread, 3> excused_{};
    std::vector<double> hour_;
    std::vector<HourOfSkew> hours_;
};

}  // namespace tandem::sim
