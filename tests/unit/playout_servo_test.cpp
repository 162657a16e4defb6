// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/model/playout_servo.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace tandem {
namespace {

constexpr double kPacket = 512.0 / 48000.0;  // s

// A buffer between a sender and a DAC whose clock is off: what PlayoutServo steers.
struct Buffer {
    double clock_error;
    double error = 0;  // s, positive: too full
    PlayoutServo servo{};

    void run(double seconds, auto jitter) {
        for (double at = 0; at < seconds; at += kPacket) {
            error -= (clock_error + servo.correction()) * kPacket;
            servo.observe(error - jitter(), kPacket);
            largest = std::max(largest, std::abs(error));
        }
    }
    void run(double seconds) {
        run(seconds, [] { return 0.0; });
    }
    double largest = 0;
};

TEST(PlayoutServo, FollowsTheSendersClockForAnHour) {
    for (const double ppm : {-500.0, -80.0, 0.0, 200.0, 500.0}) {
        Buffer buffer{ppm * 1e-6};
        buffer.run(3600);
        EXPECT_NEAR(buffer.error, 0.0, 1e-6) << ppm;
        EXPECT_NEAR(buffer.servo.correction(), -ppm * 1e-6, 1e-7) << ppm;
        EXPECT_LT(buffer.largest, 0.002) << ppm;
    }
}

TEST(PlayoutServo, JitterOfArrivalsHardlyMovesTheSound) {
    Buffer buffer{100e-6};
    std::mt19937 random(2);
    std::uniform_real_distribution<double> jitter(-0.002, 0.002);
    buffer.run(60, [&] { return jitter(random); });
    buffer.largest = 0;
    buffer.run(600, [&] { return jitter(random); });
    EXPECT_LT(buffer.largest, 250e-6);
}

TEST(PlayoutServo, NeverBendsTheRateBeyondItsBound) {
    PlayoutServo servo{};
    for (int i = 0; i < 10000; ++i) {
        servo.observe(1.0, 0.5);
        ASSERT_LE(servo.correction(), PlayoutServo::kLargestCorrection);
    }
    for (int i = 0; i < 10000; ++i) {
        servo.observe(-1.0, 0.5);
        ASSERT_GE(servo.correction(), -PlayoutServo::kLargestCorrection);
    }
}

TEST(PlayoutServo, KeepsWhatItLearnedThroughARestart) {
    Buffer buffer{300e-6};
    buffer.run(300);
    buffer.servo.restart();
    EXPECT_NEAR(buffer.servo.correction(), -300e-6, 1e-6);
}

}  // namespace
}  // namespace tandem
