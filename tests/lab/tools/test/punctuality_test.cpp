// SPDX-License-Identifier: GPL-3.0-or-later
#include "punctuality.hpp"

#include <gtest/gtest.h>

#include "heard.hpp"

namespace lab::test {
namespace {

using namespace std::chrono_literals;

// Twenty seconds of packets, 40 ms after their sound was at the aux; every second one of those
// between `from` and `to` comes 20 ms later.
Figures uneven(Time from, Time to) {
    std::vector<std::pair<std::int64_t, Time>> marks;
    for (std::int64_t frame = 480; frame < 20 * 48000; frame += 480)
        marks.emplace_back(frame, at_aux(frame));
    const AuxClock aux{marks, {}};
    std::vector<Heard> heard;
    for (std::int64_t at = 0; at < 20 * 48000; at += kSamplesPerPacket) {
        const Time due = at_aux(at) + 40ms;
        const bool odd = at / kSamplesPerPacket % 2 != 0;
        const bool late = odd && due >= kStart + from && due < kStart + to;
        heard.push_back({.arrival = due + (late ? 20ms : 0ms),
                         .position = at,
                         .count = kSamplesPerPacket,
                         .rtp = at,
                         .session = 1,
                         .due = due,
                         .air = 5ms});
    }
    Figures figures;
    add_latency(heard, aux, {}, figures);
    add_pacing(heard, 48000, figures);
    return figures;
}

TEST(Punctuality, OfABusyMomentShowsInTheWholeAndNotInTheMedianOfStretches) {
    const Figures figures = uneven(7s, 10s);
    EXPECT_NEAR(value(figures, "latency_p99_ms"), 60, 0.1);
    EXPECT_NEAR(value(figures, "latency_stretch_p99_ms"), 40, 0.1);
    EXPECT_GT(value(figures, "pacing_rms_ms"), 3);
    EXPECT_LT(value(figures, "pacing_stretch_rms_ms"), 1);
}

TEST(Punctuality, OfAStreamThatIsUnevenThroughoutShowsInTheStretchesToo) {
    const Figures figures = uneven(0s, 20s);
    EXPECT_NEAR(value(figures, "latency_stretch_p99_ms"), 60, 0.1);
    EXPECT_NEAR(value(figures, "pacing_stretch_rms_ms"), 10, 0.1);
}

}  // namespace
}  // namespace lab::test
