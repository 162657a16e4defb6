// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/calm.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

using namespace std::chrono_literals;

// How long it waits for a connection that says something every `pause` until `end`.
Duration waits(Duration pause, Duration end) {
    Calm calm;
    const Time start{1s};
    Time now = start;
    for (; !calm.came(static_cast<std::uint64_t>(std::min(now - start, end) / pause), now);
         now += 1ms) {
    }
    return now - start;
}

TEST(Calm, ComesAfterASilence) {
    EXPECT_EQ(waits(10ms, 0ms), 150ms);
    EXPECT_EQ(waits(10ms, 200ms), 350ms);
    EXPECT_EQ(waits(140ms, 280ms), 430ms);
}

TEST(Calm, IsNotWaitedForForLong) {
    EXPECT_EQ(waits(10ms, 1h), 1s);
}

}  // namespace
}  // namespace tandem
