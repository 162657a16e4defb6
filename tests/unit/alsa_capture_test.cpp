// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/alsa_capture.hpp"

#include <alsa/asoundlib.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "tandem/audio/alsa_cards.hpp"

namespace tandem {
namespace {

const Time noon{std::chrono::hours{12}};
constexpr Duration ms = std::chrono::milliseconds{1};

// A 16 bit stereo card. interrupt() moves its pointer and stamps it; reading looks at the
// hardware, which refreshes the stamp and, in a card with an exact pointer, the pointer too.
class FakeCard final : public PcmDevice {
  public:
    struct State {
        std::int64_t pointer = 0;
        std::int64_t read = 0;
        Time stamp{};
        Time now = noon;
        int error = 0;          // what the next calls meet
        int restart_error = 0;  // what restart() meets
        int restarts = 0;
        std::int64_t drift_on_read = 0;  // frames the pointer moves when the read looks at it

        void interrupt(std::int64_t frames) {
            now += ms;
            pointer += frames;
            stamp = now;
        }
    };
    explicit FakeCard(State& state) : state_(state) {}

    int observe(PcmObservation& into) noexcept override {
        if (state_.error != 0) return state_.error;
        into = {Frames{state_.pointer - state_.read}, state_.stamp};
        return 0;
    }
    long read(std::uint8_t* into, std::size_t frames) noexcept override {
        if (state_.error != 0) return state_.error;
        if (state_.stamp != Time{}) state_.stamp = state_.now;
        state_.pointer += state_.drift_on_read;
        const auto available = static_cast<std::size_t>(state_.pointer - state_.read);
        if (available == 0) return -EAGAIN;
        const std::size_t count = std::min(frames, available);
        for (std::size_t i = 0; i < count; ++i) {
            const auto value = static_cast<std::int16_t>(state_.read + static_cast<long>(i));
            const StereoFrame frame{value, static_cast<std::int16_t>(-value)};
            std::memcpy(into + i * 4, &frame, 4);
        }
        state_.read += static_cast<std::int64_t>(count);
        return static_cast<long>(count);
    }
    int restart() noexcept override {
        if (state_.restart_error != 0) return state_.restart_error;
        ++state_.restarts;
        state_.error = 0;
        state_.pointer = state_.read = 0;
        return 0;
    }
    std::size_t poll_descriptors(std::span<pollfd>) noexcept override { return 1; }

  private:
    State& state_;
};

class AlsaCaptureTest : public testing::Test {
  protected:
    CaptureRead read() { return capture_.read(block_, card_.now); }

    FakeCard::State card_;
    AlsaCapture capture_{std::make_unique<FakeCard>(card_), PcmShape{}};
    std::array<StereoFrame, 1024> block_{};
};

TEST_F(AlsaCaptureTest, ReadsWhatThePointerHasPassed) {
    EXPECT_EQ(read().frames, 0U);
    card_.interrupt(128);
    const CaptureRead first = read();
    EXPECT_EQ(first.frames, 128U);
    ASSERT_TRUE(first.stamped);
    EXPECT_EQ(first.stamp.captured, Frames{128});
    EXPECT_EQ(first.stamp.time, noon + ms);
    EXPECT_EQ(block_[127], (StereoFrame{127, -127}));
    card_.interrupt(128);
    EXPECT_EQ(read().stamp.captured, Frames{256});
    EXPECT_EQ(block_[0], (StereoFrame{128, -128}));
}

TEST_F(AlsaCaptureTest, StampCountsWhatIsStillUnread) {
    card_.interrupt(1500);
    const CaptureRead read_some = read();
    EXPECT_EQ(read_some.frames, 1024U);
    EXPECT_EQ(read_some.stamp.captured, Frames{1500});
    const CaptureRead rest = read();
    EXPECT_EQ(rest.frames, 476U);
    EXPECT_FALSE(rest.stamped) << "the pointer has not moved: no new observation";
}

TEST_F(AlsaCaptureTest, AFreshTimeUnderAnUnmovedPointerIsNoObservation) {
    card_.interrupt(128);
    EXPECT_TRUE(read().stamped);
    card_.now += ms / 2;
    EXPECT_FALSE(read().stamped);
    EXPECT_FALSE(read().stamped);
}

TEST_F(AlsaCaptureTest, APointerThatOnlyOurReadMovedIsNoObservation) {
    card_.drift_on_read = 24;
    card_.interrupt(128);
    EXPECT_TRUE(read().stamped);
    EXPECT_FALSE(read().stamped);
    card_.interrupt(128);
    EXPECT_TRUE(read().stamped);
}

// Each rule of the stamps alone, with the other one satisfied.
TEST_F(AlsaCaptureTest, AMovedPointerUnderTheSameTimeIsNoObservation) {
    card_.interrupt(128);
    EXPECT_TRUE(read().stamped);
    card_.pointer += 128;
    EXPECT_FALSE(read().stamped);
    card_.interrupt(128);
    EXPECT_EQ(read().stamp.captured, Frames{384});
}

TEST_F(AlsaCaptureTest, AnUnmovedPointerUnderANewTimeIsNoObservation) {
    card_.interrupt(128);
    EXPECT_TRUE(read().stamped);
    card_.interrupt(0);
    EXPECT_FALSE(read().stamped);
}

TEST_F(AlsaCaptureTest, WhatWasLeftUnreadIsNoNewObservationOfADeviceWithoutStamps) {
    card_.pointer = 1500;
    EXPECT_TRUE(read().stamped);
    EXPECT_FALSE(read().stamped) << "476 frames were seen before";
}

TEST_F(AlsaCaptureTest, ADeviceWithoutStampsIsStampedOnWakeUp) {
    card_.pointer = 256;
    const CaptureRead result = read();
    ASSERT_TRUE(result.stamped);
    EXPECT_EQ(result.stamp.time, card_.now);
}

TEST_F(AlsaCaptureTest, AnXrunRestartsTheCount) {
    card_.interrupt(512);
    (void)read();
    card_.error = -EPIPE;
    const CaptureRead restarted = read();
    EXPECT_EQ(restarted.status, CaptureStatus::restarted);
    EXPECT_EQ(restarted.frames, 0U);
    EXPECT_EQ(card_.restarts, 1);
    card_.interrupt(128);
    const CaptureRead after = read();
    EXPECT_EQ(after.status, CaptureStatus::ok);
    EXPECT_EQ(after.stamp.captured, Frames{128});
}

TEST_F(AlsaCaptureTest, XrunsOneAfterAnotherAreARestartEach) {
    for (int count = 1; count <= 3; ++count) {
        card_.error = -EPIPE;
        EXPECT_EQ(read().status, CaptureStatus::restarted);
        EXPECT_EQ(card_.restarts, count);
    }
}

TEST_F(AlsaCaptureTest, ASuspendHealsOnceTheCardIsReady) {
    card_.error = -ESTRPIPE;
    card_.restart_error = -EAGAIN;
    EXPECT_EQ(read().status, CaptureStatus::ok);
    card_.restart_error = -EBUSY;
    EXPECT_EQ(read().status, CaptureStatus::ok);
    card_.restart_error = 0;
    EXPECT_EQ(read().status, CaptureStatus::restarted);
}

TEST_F(AlsaCaptureTest, AnUnpluggedCardIsLost) {
    for (const int error : {-ENODEV, -EBADFD, -EIO}) {
        card_.error = error;
        EXPECT_EQ(read().status, CaptureStatus::lost);
    }
    EXPECT_EQ(card_.restarts, 0);
    card_.error = -EPIPE;
    card_.restart_error = -ENODEV;
    EXPECT_EQ(read().status, CaptureStatus::lost);
}

TEST(AutoDevice, IsTheFirstUsbCardThatRecords) {
    const std::vector<RecordingDevice> devices{{"PCH", "HDA Intel", "HDA-Intel", 0},
                                               {"Device", "USB Audio Device", "USB-Audio", 0},
                                               {"Codec", "USB Codec", "USB-Audio", 0}};
    EXPECT_EQ(choose_auto_device(devices).pcm(), "hw:CARD=Device,DEV=0");
}

TEST(AutoDevice, SaysWhatThereIsWhenThereIsNoUsbCard) {
    try {
        (void)choose_auto_device({{"Loopback", "Loopback", "Loopback", 1}});
        FAIL() << "expected a CaptureError";
    } catch (const CaptureError& error) {
        EXPECT_EQ(error.reason(), CaptureReason::card_missing);
        EXPECT_NE(std::string(error.what()).find("hw:CARD=Loopback,DEV=1"), std::string::npos);
    }
}

// alsa-lib itself, with PCMs that need no hardware, from a configuration of their own.
class AlsaPlugins : public testing::Test {
  protected:
    AlsaPlugins() {
        // Named after the test: each may run in a process of its own, at the same time.
        const std::string stem =
            testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name();
        const std::string raw = stem + ".raw";
        std::ofstream(raw, std::ios::binary).write("\x01\x00\x02\x00\x03\x00\x04\x00", 8);
        const std::string config = stem + ".conf";
        std::ofstream(config) << "pcm.infile { type file slave.pcm { type null } file /dev/null "
                              << "infile \"" << raw << "\" format raw }\n";
        ::setenv("ALSA_CONFIG_PATH", config.c_str(), 1);
        snd_config_update_free_global();
    }
    ~AlsaPlugins() override {
        ::unsetenv("ALSA_CONFIG_PATH");
        snd_config_update_free_global();
    }
};

TEST_F(AlsaPlugins, ReadThroughAlsaLib) {
    const OpenedCapture opened = open_capture({.device = "infile"});
    EXPECT_NE(opened.description.find("S16_LE, 2 channels"), std::string::npos)
        << opened.description;
    std::array<StereoFrame, 2> block{};
    const CaptureRead read = opened.capture->read(block, noon);
    ASSERT_EQ(read.status, CaptureStatus::ok);
    ASSERT_EQ(read.frames, 2U);
    EXPECT_EQ(block[0], (StereoFrame{1, 2}));
    EXPECT_EQ(block[1], (StereoFrame{3, 4}));
}

TEST_F(AlsaPlugins, AMonoSettingOpensOneChannel) {
    const OpenedCapture opened = open_capture({.device = "infile", .channels = 1});
    EXPECT_NE(opened.description.find("1 channel, on both"), std::string::npos);
    std::array<StereoFrame, 4> block{};
    ASSERT_EQ(opened.capture->read(block, noon).frames, 4U);
    EXPECT_EQ(block[3], (StereoFrame{4, 4}));
}

TEST_F(AlsaPlugins, AnUnknownNameIsACardThatIsMissing) {
    try {
        (void)open_capture({.device = "hw:CARD=NotThere"});
        FAIL() << "expected a CaptureError";
    } catch (const CaptureError& error) {
        EXPECT_EQ(error.reason(), CaptureReason::card_missing);
        EXPECT_NE(std::string(error.what()).find("hw:CARD=NotThere"), std::string::npos);
    }
}

}  // namespace
}  // namespace tandem
