// SPDX-License-Identifier: GPL-3.0-or-later
// A card as a timeline sees it: its clock, and how it lets its position be seen.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <ostream>
#include <random>

#include "tandem/timing/timeline.hpp"

namespace tandem::test {

using namespace std::chrono_literals;

// How a device lets its position be seen.
struct Sampling {
    const char* name;
    SampleRate rate{48000};
    Frames period{128};
    Duration tick{0};    // a period's end is seen at the next tick
    Duration late{0};    // and late by up to this, evenly spread
    bool exact = false;  // at each tick the position of that moment is seen, not a period's end
    double stalls = 0;   // how many of the observations begin a stall of 30 ms
    friend void PrintTo(const Sampling& value, std::ostream* out) { *out << value.name; }
};

// A card whose clock is off by `ppm`, and by up to 10 ppm more with a temperature that comes and
// goes in ten minutes.
class Card {
  public:
    Card(const Sampling& sampling, double ppm) : sampling_(sampling), ppm_(ppm) {}

    [[nodiscard]] Time true_time(Position position) const {
        const double nominal = static_cast<double>(position.frames) / sampling_.rate.hz;
        double seconds = nominal;
        for (int i = 0; i < 4; ++i)
            seconds -= stream_seconds(seconds) - nominal;
        return kStart + Duration{std::llround(seconds * 1e9)};
    }
    // Makes the observations of the next `length` of stream.
    void observe(Timeline& timeline, Duration length) {
        const Position until = now_ + frames_in(length, sampling_.rate);
        while (now_ < until)
            observe_next(timeline);
    }
    [[nodiscard]] Position now() const { return now_; }
    void skip(Duration length) { now_ += frames_in(length, sampling_.rate); }
    // From here on it sees everything that much later.
    void shift(Duration shift) { shift_ += shift; }

  private:
    static constexpr Time kStart{5s};

    // How much stream there is `seconds` after the start.
    [[nodiscard]] double stream_seconds(double seconds) const {
        const double omega = 2 * std::numbers::pi / 600;
        return seconds * (1 + ppm_ / 1e6) + 10e-6 * (1 - std::cos(omega * seconds)) / omega;
    }
    void observe_next(Timeline& timeline) {
        now_ += sampling_.period;
        Time seen = true_time(now_);
        if (sampling_.tick > 0ns) {
            const Duration ticks =
                (seen - kStart + sampling_.tick - 1ns) / sampling_.tick * sampling_.tick;
            seen = kStart + ticks;
        }
        if (sampling_.exact) {
            const double stream =
                stream_seconds(static_cast<double>((seen - kStart).count()) / 1e9);
            now_ = Position{std::llround(stream * sampling_.rate.hz)};
        }
        seen += Duration{
            std::uniform_int_distribution<std::int64_t>(0, sampling_.late.count())(random_)};
        if (std::bernoulli_distribution(sampling_.stalls)(random_)) stalled_until_ = seen + 30ms;
        timeline.observe(now_, std::max(seen, stalled_until_) + shift_);
    }

    Sampling sampling_;
    double ppm_;
    Position now_{0};
    Time stalled_until_{};
    Duration shift_{0};
    std::mt19937 random_{7};
};

inline constexpr Sampling kPerfect{"perfect"};
inline constexpr Sampling kUneven{"uneven", {48000}, Frames{128}, 0ns, 4ms};

}  // namespace tandem::test
