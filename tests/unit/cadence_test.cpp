// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/cadence.hpp"

#include <gtest/gtest.h>

#include <array>

namespace tandem {
namespace {

using namespace std::chrono_literals;

constexpr SampleRate kCadenceRate{48000};
constexpr Frames kStep{128};

// In SBC frames, for packets of so many.
std::int64_t phase_of(std::int64_t frames, std::span<const Cadence> others, Duration guard = 6ms) {
    return choose_phase(kStep * frames, guard, kStep, others, kCadenceRate).count / kStep.count;
}

Cadence cadence(std::int64_t frames, std::int64_t phase, Duration guard = 6ms) {
    return {kStep * frames, kStep * phase, guard};
}

TEST(Cadence, OfTheOnlyChainBeginsAtZero) {
    EXPECT_EQ(phase_of(8, {}), 0);
}

TEST(Cadence, OfEqualPacketsIsHalfAPacketApart) {
    EXPECT_EQ(phase_of(8, std::array{cadence(8, 0)}), 4);
    EXPECT_EQ(phase_of(8, std::array{cadence(8, 4)}), 0);
    EXPECT_EQ(phase_of(3, std::array{cadence(3, 0)}), 1);
}

TEST(Cadence, OfUnequalPacketsIsHalfTheShorterApart) {
    EXPECT_EQ(phase_of(4, std::array{cadence(8, 0)}), 2);
    EXPECT_EQ(phase_of(8, std::array{cadence(4, 0)}), 2);
    EXPECT_EQ(phase_of(6, std::array{cadence(12, 6)}), 3);
}

TEST(Cadence, CountsTheGuards) {
    // Two SBC frames more of guard are as good as a phase of two.
    const Duration two = duration_of(kStep * 2, kCadenceRate);
    EXPECT_EQ(phase_of(8, std::array{cadence(8, 0, 6ms + two)}), 6);
    EXPECT_EQ(phase_of(8, std::array{cadence(8, 0)}, 6ms + two), 2);
}

TEST(Cadence, KeepsThreeChainsApart) {
    EXPECT_EQ(phase_of(8, std::array{cadence(8, 0), cadence(8, 4)}), 2);
}

}  // namespace
}  // namespace tandem
