// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/setup/card_meters.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tandem {
namespace {

using namespace std::chrono_literals;

// Gives 100 frames of one amplitude at each look.
struct SteadyCard final : Capture {
    std::int16_t amplitude;
    bool given = false;
    explicit SteadyCard(std::int16_t loud) : amplitude(loud) {}
    CaptureRead read(std::span<StereoFrame> into, Time) noexcept override {
        given = !given;
        if (!given) return {};
        std::fill_n(into.begin(), 100, StereoFrame{amplitude, 0});
        return {.frames = 100};
    }
    std::size_t poll_descriptors(std::span<pollfd>) noexcept override { return 0; }
    Frames period() const noexcept override { return Frames{100}; }
};

struct CardMeterTest : ::testing::Test {
    std::vector<RecordingDevice> devices{{"Echo", "USB Audio", "USB-Audio", 0},
                                         {"Cam", "Webcam", "USB-Audio", 0}};
    std::optional<CardInUse> used;
    std::vector<CaptureSettings> opened;
    std::string refused_device;
    CaptureReason reason = CaptureReason::card_busy;
    Time now{std::chrono::hours{1}};
    CardMeters meters{
        CardMeters::Sources{[this] { return devices; },
                            [this](const CaptureSettings& settings) { return open(settings); },
                            [this] { return used; }}};

    OpenedCapture open(const CaptureSettings& settings) {
        opened.push_back(settings);
        if (settings.device == refused_device && settings.rate.hz != 44100)
            throw CaptureError(reason, "no");
        const bool echo = settings.device == "hw:CARD=Echo,DEV=0";
        return {std::make_unique<SteadyCard>(static_cast<std::int16_t>(echo ? 16384 : 0)), ""};
    }
    std::vector<HeardCard> look_for(Duration length) {
        std::vector<HeardCard> heard;
        for (const Time end = now + length; now < end; now += 50ms)
            heard = meters.look(now);
        return heard;
    }
};

TEST_F(CardMeterTest, ShowsWhichCardHears) {
    const auto heard = look_for(1s);
    ASSERT_EQ(heard.size(), 2U);
    EXPECT_EQ(heard[0].device.card_id, "Cam");
    EXPECT_EQ(heard[0].levels.left.peak_dbfs, kSilenceDbfs);
    EXPECT_NEAR(heard[1].levels.left.peak_dbfs, -6.02, 0.01);
    EXPECT_EQ(opened.size(), 2U) << "each is opened once";
}

TEST_F(CardMeterTest, FollowsCardsThatComeAndGo) {
    devices.clear();
    EXPECT_TRUE(look_for(1s).empty());
    devices.push_back({"Echo", "USB Audio", "USB-Audio", 0});
    EXPECT_EQ(look_for(2s).size(), 1U);
    devices.clear();
    EXPECT_TRUE(look_for(2s).empty());
}

TEST_F(CardMeterTest, CardOf44100HzOnlyIsOpenedSo) {
    refused_device = "hw:CARD=Echo,DEV=0";
    reason = CaptureReason::card_refused;
    const auto heard = look_for(1s);
    EXPECT_EQ(heard[1].settings.rate.hz, 44100);
    EXPECT_TRUE(heard[1].trouble.empty());
}

TEST_F(CardMeterTest, CardThatIsTakenSaysSoUntilItIsFree) {
    refused_device = "hw:CARD=Echo,DEV=0";
    EXPECT_EQ(look_for(1s)[1].trouble, "no");
    refused_device.clear();
    EXPECT_EQ(look_for(2s)[1].trouble, "");
}

TEST_F(CardMeterTest, CardOfTheServiceIsNotOpenedButHeardThroughIt) {
    used = CardInUse{};
    used->settings.device = "auto";
    used->settings.channels = 1;
    used->description = "hw:CARD=Echo,DEV=0 USB Audio, S16_LE, 2 channels, period 128";
    used->levels.left.peak_dbfs = -17;
    const auto heard = look_for(1s);
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_EQ(opened[0].device, "hw:CARD=Cam,DEV=0");
    EXPECT_EQ(heard[1].levels.left.peak_dbfs, -17);
    EXPECT_EQ(heard[1].settings.device, "hw:CARD=Echo,DEV=0");
    EXPECT_EQ(heard[1].settings.channels, 1);
}

TEST_F(CardMeterTest, CardOfTheServiceIsKnownHoweverItIsWritten) {
    for (const auto* written : {"hw:Echo,0", "plughw:CARD=Echo", "hw:CARD=Echo,DEV=0"}) {
        used = CardInUse{};
        used->settings.device = written;
        EXPECT_TRUE(is_in_use(used, devices[0].pcm())) << written;
        EXPECT_FALSE(is_in_use(used, devices[1].pcm())) << written;
    }
}

TEST_F(CardMeterTest, OtherDeviceOfTheServicesCardIsNotInUse) {
    used = CardInUse{};
    used->settings.device = "hw:Echo,1";
    EXPECT_FALSE(is_in_use(used, "hw:CARD=Echo,DEV=0"));
    EXPECT_TRUE(is_in_use(used, "hw:CARD=Echo,DEV=1"));
    used->settings.device = "dsnoop:Echo";
    EXPECT_FALSE(is_in_use(used, "hw:CARD=Echo,DEV=0"));
}

}  // namespace
}  // namespace tandem
