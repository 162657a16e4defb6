// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

#include "fakes/parameter_name.hpp"
#include "tandem/a2dp/airtime.hpp"
#include "tandem/a2dp/capabilities.hpp"
#include "tandem/a2dp/packetizer.hpp"
#include "tandem/a2dp/sbc_encoder.hpp"

namespace tandem {
namespace {

constexpr SampleRate kCd{44100};
constexpr SampleRate kDat{48000};

struct Speaker {
    const char* name;
    std::vector<std::uint8_t> octets;
    SampleRate rate;
    Profile profile;
    SbcOctets expected;
    friend void PrintTo(const Speaker& value, std::ostream* out) { *out << value.name; }
};

TEST(Configurations, AreRankedWithTheBestFirstAndEachOnce) {
    const std::vector<std::uint8_t> all{0xff, 0xff, 2, 53};
    const auto choices = rank_configurations(all, kDat, Profile::balanced, std::nullopt);
    const auto& ranked = std::get<std::vector<SbcConfig>>(choices);
    const auto best = choose_configuration(all, kDat, Profile::balanced, std::nullopt);
    EXPECT_EQ(to_octets(ranked.front()), to_octets(std::get<SbcConfig>(best)));
    std::set<SbcOctets> seen;
    for (const SbcConfig& config : ranked) {
        EXPECT_TRUE(seen.insert(to_octets(config)).second) << config.describe();
        EXPECT_EQ(config.rate.hz, kDat.hz);
    }
    EXPECT_EQ(ranked.size(), 6U) << "four modes, middle quality, the other allocation";
}

TEST(Configurations, StayWithinWhatTheSinkOffers) {
    // Joint stereo, 16 blocks, 8 subbands, loudness, one bitpool: nothing else to try.
    const auto one = rank_configurations(std::vector<std::uint8_t>{0x11, 0x15, 35, 35}, kDat,
                                         Profile::balanced, std::nullopt);
    EXPECT_EQ(std::get<std::vector<SbcConfig>>(one).size(), 1U);
    const auto none = rank_configurations(std::vector<std::uint8_t>{0x21, 0x15, 2, 53}, kDat,
                                          Profile::balanced, std::nullopt);
    EXPECT_TRUE(std::holds_alternative<Refusal>(none)) << "44.1 kHz alone";
}

class RealSpeakers : public testing::TestWithParam<Speaker> {};

TEST_P(RealSpeakers, GetTheBestTheyOffer) {
    const Speaker& speaker = GetParam();
    const auto chosen =
        choose_configuration(speaker.octets, speaker.rate, speaker.profile, std::nullopt);
    ASSERT_TRUE(std::holds_alternative<SbcConfig>(chosen)) << std::get<Refusal>(chosen).sentence;
    const auto& config = std::get<SbcConfig>(chosen);
    EXPECT_EQ(to_octets(config), speaker.expected);
    // Whatever was chosen must be one bit a field within what was offered.
    const auto octets = to_octets(config);
    EXPECT_EQ(octets[0] & speaker.octets[0], octets[0]);
    EXPECT_EQ(octets[1] & speaker.octets[1], octets[1]);
    EXPECT_TRUE(parse_configuration(octets, speaker.profile, std::nullopt).has_value());
}

constexpr Profile kBalanced = Profile::balanced;

INSTANTIATE_TEST_SUITE_P(
    Table, RealSpeakers,
    testing::Values(
        Speaker{"all, 2..53", {0xFF, 0xFF, 2, 53}, kDat, kBalanced, {0x11, 0x15, 2, 51}},
        Speaker{"all, 2..53 at 44.1", {0xFF, 0xFF, 2, 53}, kCd, kBalanced, {0x21, 0x15, 2, 53}},
        Speaker{"all, 2..250", {0x3F, 0xFF, 2, 250}, kDat, kBalanced, {0x11, 0x15, 2, 51}},
        Speaker{"2..35", {0x3F, 0xFF, 2, 35}, kDat, kBalanced, {0x11, 0x15, 2, 35}},
        Speaker{"robust", {0x3F, 0xFF, 2, 53}, kDat, Profile::robust, {0x11, 0x15, 2, 33}},
        Speaker{"robust 44.1", {0x3F, 0xFF, 2, 53}, kCd, Profile::robust, {0x21, 0x15, 2, 35}},
        Speaker{"mono only", {0x38, 0xFF, 2, 53}, kDat, kBalanced, {0x18, 0x15, 2, 29}},
        Speaker{"dual only", {0x34, 0xFF, 2, 53}, kDat, kBalanced, {0x14, 0x15, 2, 29}},
        Speaker{"no joint", {0x32, 0xFF, 2, 53}, kDat, kBalanced, {0x12, 0x15, 2, 51}},
        Speaker{"44.1 only", {0x21, 0x15, 2, 53}, kCd, kBalanced, {0x21, 0x15, 2, 53}},
        Speaker{"4 subbands", {0x3F, 0xFB, 2, 53}, kDat, kBalanced, {0x11, 0x19, 2, 26}},
        Speaker{"8 blocks", {0x3F, 0x45, 2, 53}, kDat, kBalanced, {0x11, 0x45, 2, 51}},
        Speaker{"SNR only", {0x3F, 0xFE, 2, 53}, kDat, kBalanced, {0x11, 0x16, 2, 51}},
        Speaker{"high minimum", {0x3F, 0xFF, 53, 60}, kDat, kBalanced, {0x11, 0x15, 53, 53}},
        Speaker{"minimum 0", {0x3F, 0xFF, 0, 53}, kDat, kBalanced, {0x11, 0x15, 2, 51}},
        Speaker{"maximum 255", {0x3F, 0xFF, 2, 255}, kDat, kBalanced, {0x11, 0x15, 2, 51}},
        Speaker{"one value", {0x3F, 0xFF, 30, 30}, kDat, kBalanced, {0x11, 0x15, 30, 30}},
        Speaker{"trailing bytes", {0x3F, 0xFF, 2, 53, 9, 9}, kDat, kBalanced, {0x11, 0x15, 2, 51}}),
    [](const auto& info) { return test::parameter_name(info.param.name); });

class HostileOctets : public testing::TestWithParam<std::vector<std::uint8_t>> {};

TEST_P(HostileOctets, AreRefusedWithAReason) {
    const auto chosen = choose_configuration(GetParam(), kDat, kBalanced, std::nullopt);
    ASSERT_TRUE(std::holds_alternative<Refusal>(chosen));
    EXPECT_FALSE(std::get<Refusal>(chosen).sentence.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, HostileOctets,
    testing::Values(std::vector<std::uint8_t>{}, std::vector<std::uint8_t>{0xFF, 0xFF, 2},
                    std::vector<std::uint8_t>{0x2F, 0xFF, 2, 53},  // not at 48 kHz
                    std::vector<std::uint8_t>{0xF0, 0xFF, 2, 53},  // no channel mode
                    std::vector<std::uint8_t>{0xFF, 0x0F, 2, 53},  // no blocks
                    std::vector<std::uint8_t>{0xFF, 0xF3, 2, 53},  // no subbands
                    std::vector<std::uint8_t>{0xFF, 0xFC, 2, 53},  // no allocation
                    std::vector<std::uint8_t>{0xFF, 0xFF, 54, 53},
                    std::vector<std::uint8_t>{0xFF, 0xFF, 0, 1},
                    std::vector<std::uint8_t>{0x38, 0xFB, 65, 250}));  // above mono's ceiling

TEST(Capabilities, EveryAnswerToAnyOctetsCanBeEncoded) {
    std::mt19937 random(3);
    for (int i = 0; i < 3000; ++i) {
        std::vector<std::uint8_t> octets(4);
        for (auto& octet : octets)
            octet = static_cast<std::uint8_t>(random());
        const auto chosen = choose_configuration(octets, kDat, kBalanced, std::nullopt);
        const auto* config = std::get_if<SbcConfig>(&chosen);
        if (!config) continue;
        SbcEncoder encoder(*config);
        const std::vector<StereoFrame> pcm(static_cast<std::size_t>(config->frame_length().count));
        std::vector<std::uint8_t> out(2048);
        ASSERT_EQ(encoder.encode(pcm, out), config->frame_bytes()) << config->describe();
    }
}

TEST(Capabilities, TheUsersBitpoolWinsWithinTheSpeakersRange) {
    const std::vector<std::uint8_t> octets{0xFF, 0xFF, 10, 40};
    const auto with = [&](int bitpool) {
        return std::get<SbcConfig>(choose_configuration(octets, kDat, kBalanced, bitpool)).bitpool;
    };
    EXPECT_EQ(with(38), 38);
    EXPECT_EQ(with(250), 40);
    EXPECT_EQ(with(2), 10);
}

TEST(SbcConfig, FrameLengthsAreThoseOfTheSpecification) {
    SbcConfig config;
    config.bitpool = 53;
    EXPECT_EQ(config.frame_bytes(), 119U);
    config.bitpool = 51;
    EXPECT_EQ(config.frame_bytes(), 115U);
    config.mode = ChannelMode::dual_channel;
    config.bitpool = 38;
    EXPECT_EQ(config.frame_bytes(), 164U);
    EXPECT_EQ(config.frame_length().count, 128);
}

TEST(SbcConfig, AConfigurationWithTwoBitsInAFieldIsNone) {
    EXPECT_FALSE(parse_configuration(SbcOctets{0x31, 0x15, 2, 53}, kBalanced, {}).has_value());
    EXPECT_FALSE(parse_configuration(SbcOctets{0x13, 0x15, 2, 53}, kBalanced, {}).has_value());
    const auto parsed = parse_configuration(SbcOctets{0x21, 0x15, 2, 40}, kBalanced, {});
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->rate, kCd);
    EXPECT_EQ(parsed->bitpool, 40);
}

TEST(Packetizer, NeverExceedsTheMtu) {
    for (std::size_t mtu = 0; mtu < 2100; ++mtu)
        for (const std::size_t frame : {11U, 79U, 115U, 119U, 164U}) {
            const int frames = frames_that_fit(mtu, frame, 15);
            EXPECT_LE(frames, 15);
            if (frames > 0) {
                EXPECT_LE(kMediaHeaderBytes + static_cast<std::size_t>(frames) * frame, mtu);
            } else {
                EXPECT_GT(kMediaHeaderBytes + frame, mtu);
            }
        }
}

TEST(Packetizer, HalvesAPacketThatTheMtuDoesNotHold) {
    EXPECT_EQ(frames_that_fit(1005, 119, 8), 8);
    EXPECT_EQ(frames_that_fit(895, 119, 8), 4);  // 7 would fit
    EXPECT_EQ(frames_that_fit(672, 119, 8), 4);  // 5 would fit
    EXPECT_EQ(frames_that_fit(672, 119, 3), 3);
    EXPECT_EQ(frames_that_fit(895, 79, 12), 6);
    EXPECT_EQ(frames_that_fit(672, 115, 12), 3);  // 4 would not divide 6
    EXPECT_EQ(frames_that_fit(300, 119, 3), 1);
    EXPECT_EQ(frames_that_fit(2048, 79, 30), 15);
}

TEST(Airtime, IsThatOfTheSmallestAirPacketThatHoldsTheMediaPacket) {
    using namespace std::chrono_literals;
    EXPECT_EQ(air_time(83 - 4, AirRate::edr3), 1250us);
    EXPECT_EQ(air_time(84 - 4, AirRate::edr3), 2500us);
    EXPECT_EQ(air_time(552 - 4, AirRate::edr3), 2500us);
    EXPECT_EQ(air_time(553 - 4, AirRate::edr3), 3750us);
    EXPECT_EQ(air_time(1021 - 4, AirRate::edr3), 3750us);
    EXPECT_EQ(air_time(679 - 4, AirRate::edr2), 3750us);
    EXPECT_EQ(air_time(183 - 4, AirRate::basic), 2500us);
}

TEST(Airtime, WhatIsLargerThanAnAirPacketGoesInSeveral) {
    using namespace std::chrono_literals;
    EXPECT_EQ(air_time(1022 - 4, AirRate::edr3), 3750us + 1250us);
    EXPECT_EQ(air_time(1000 - 4, AirRate::basic), 2 * 3750us + 3750us);
    EXPECT_EQ(air_time(2048, AirRate::edr3), 2 * 3750us + 1250us);
}

TEST(Packetizer, WritesTheHeadersOfRtpAndSbc) {
    Packetizer packetizer(0xAABBCCDD, 0xFFFF);
    packetizer.begin(Position{0x1'0000'0005});
    for (int i = 0; i < 3; ++i) {
        packetizer.room()[0] = static_cast<std::uint8_t>(i + 1);
        packetizer.commit(10);
    }
    const auto packet = packetizer.finish();
    ASSERT_EQ(packet.size(), 43U);
    const std::vector<std::uint8_t> header(packet.begin(), packet.begin() + 13);
    EXPECT_EQ(header, (std::vector<std::uint8_t>{0x80, 96, 0xFF, 0xFF, 0, 0, 0, 5, 0xAA, 0xBB, 0xCC,
                                                 0xDD, 3}));
    EXPECT_EQ(packet[13], 1);
    EXPECT_EQ(packet[23], 2);
    packetizer.skip(2);
    packetizer.begin(Position{0});
    packetizer.commit(1);
    EXPECT_EQ(packetizer.finish()[3], 2);  // 0xFFFF, then 0 and 1 skipped
}

TEST(Packetizer, PutsNoMoreThanFifteenFramesIntoAPacketHoweverManyFit) {
    EXPECT_EQ(frames_that_fit(kLargestPacket, 50, 15), 15);
    EXPECT_EQ(frames_that_fit(kLargestPacket, 50, 16), 8);
    EXPECT_EQ(frames_that_fit(kLargestPacket, 50, 30), 15);
}

TEST(SbcEncoder, AMonoConfigurationTakesTheMeanOfBothChannels) {
    const SbcConfig mono{.mode = ChannelMode::mono, .bitpool = 29};
    std::vector<StereoFrame> apart(128);
    std::vector<StereoFrame> mean(128);
    for (std::size_t i = 0; i < apart.size(); ++i) {
        const auto wave = static_cast<std::int16_t>(i % 16 < 8 ? 12'000 : -12'000);
        apart[i] = {0, wave};
        mean[i].left = mean[i].right = static_cast<std::int16_t>(wave / 2);
    }
    std::vector<std::uint8_t> of_apart(mono.frame_bytes());
    std::vector<std::uint8_t> of_mean(mono.frame_bytes());
    EXPECT_EQ(SbcEncoder(mono).encode(apart, of_apart), mono.frame_bytes());
    EXPECT_EQ(SbcEncoder(mono).encode(mean, of_mean), mono.frame_bytes());
    EXPECT_EQ(of_apart, of_mean);
}

}  // namespace
}  // namespace tandem
