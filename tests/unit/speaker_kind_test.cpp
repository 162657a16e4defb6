// SPDX-License-Identifier: GPL-3.0-or-later
// What each kind of speaker makes of an even start, of a packet that is missing, and of a stall.
#include "tandem/model/speaker_kind.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "tandem/a2dp/packetizer.hpp"
#include "tandem/a2dp/sbc_encoder.hpp"
#include "tandem/model/virtual_speaker.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;

const Time kEpoch{500s};
constexpr Duration kSbcFrame = duration_of(Frames{128}, SampleRate{48000});

// A sender whose sound is loud throughout, and a speaker of some kind.
class Player {
  public:
    explicit Player(SpeakerKind kind, int frames = 8)
        : frames_(frames),
          speaker_({.latency = 150ms, .rules = {.kind = kind}}, kEpoch),
          packet_(kSbcFrame * frames) {}

    void send() {
        packetizer_.begin(Position{frames_ * 128 * std::int64_t{count_}});
        std::vector<StereoFrame> sound(128);
        for (std::size_t i = 0; i < sound.size(); ++i)
            sound[i].left = sound[i].right = i % 8 < 4 ? 16'000 : -16'000;
        for (int i = 0; i < frames_; ++i)
            packetizer_.commit(encoder_.encode(sound, packetizer_.room()));
        speaker_.receive(packetizer_.finish(), now());
        ++count_;
    }
    void lose() {
        packetizer_.skip(1);
        ++count_;
    }
    void play(int packets) {
        for (int i = 0; i < packets; ++i)
            send();
    }
    // The next packets come so much later than their beat.
    void stall(Duration length) { late_ += length; }
    [[nodiscard]] Time now() const { return kEpoch + packet_ * count_ + late_; }
    // What is in the buffer now, on the beat of the packets.
    [[nodiscard]] Duration buffered() const { return speaker_.buffered(now()); }
    [[nodiscard]] Duration packet() const { return packet_; }
    VirtualSpeaker& speaker() { return speaker_; }

  private:
    int frames_;
    SbcEncoder encoder_{SbcConfig{}};
    Packetizer packetizer_{1};
    VirtualSpeaker speaker_;
    Duration packet_;
    int count_ = 0;
    Duration late_{};
};

class Kind : public testing::TestWithParam<SpeakerKind> {};

TEST_P(Kind, HasANameThatNamesIt) {
    EXPECT_EQ(speaker_kind_named(name_of(GetParam())), GetParam());
    EXPECT_EQ(speaker_kind_named("loud"), std::nullopt);
}

TEST_P(Kind, BeginsWhenItsRuleSays) {
    for (const int frames : {3, 4, 8, 12}) {
        Player player(GetParam(), frames);
        player.play(60);
        std::vector<StereoFrame> sound;
        player.speaker().render(player.now(), sound);
        const auto first = std::find_if(sound.begin(), sound.end(), [](const StereoFrame& frame) {
            return std::abs(int{frame.left}) > 2'000;
        });
        const double begun_ms = static_cast<double>(first - sound.begin()) / 48.0;
        const Duration rule = SpeakerRules{GetParam()}.latency(150ms, frames, kSbcFrame);
        EXPECT_NEAR(begun_ms, to_ms(rule), 2.0) << frames << " frames a packet";
    }
}

TEST_P(Kind, PlaysWhatFollowsAMissingPacketEarlierUnlessItPlaces) {
    Player player(GetParam());
    player.play(100);
    const Duration before = player.buffered();
    player.lose();
    player.send();
    const bool places = GetParam() == SpeakerKind::placing;
    const Duration earlier = places ? Duration{} : player.packet();
    EXPECT_NEAR(to_ms(before - player.buffered()), to_ms(earlier), 0.1);
}

TEST_P(Kind, HearsNothingOfAStallThatItsBufferHolds) {
    Player player(GetParam());
    player.play(100);
    const Duration before = player.buffered();
    player.stall(40ms);
    player.send();
    player.stall(-40ms);
    player.play(3);
    EXPECT_EQ(player.speaker().counters().underruns, 0U);
    EXPECT_NEAR(to_ms(player.buffered()), to_ms(before), 0.4);
}

TEST_P(Kind, RunsDryInAStallOfASecondAndIsThenWhereItsRuleSays) {
    Player player(GetParam());
    player.play(100);
    const Duration before = player.buffered();
    player.stall(1s);
    player.play(20);
    EXPECT_EQ(player.speaker().counters().underruns, 1U);
    // The one that does not wait has a packet at most, for good.
    const Duration after = GetParam() == SpeakerKind::counting ? Duration{} : before;
    EXPECT_NEAR(to_ms(player.buffered()), to_ms(after), 2.5);
}

INSTANTIATE_TEST_SUITE_P(OfSpeaker, Kind, testing::ValuesIn(kSpeakerKinds), [](const auto& info) {
    std::string name(name_of(info.param));
    std::erase(name, '-');
    return name;
});

TEST(ACountingSpeaker, BendsItsRateOutsideOfItsDeadBand) {
    constexpr SpeakerRules rules{.kind = SpeakerKind::counting};
    EXPECT_EQ(rules.correction_at(59.9), -SpeakerRules::kStep);
    EXPECT_EQ(rules.correction_at(60), 0);
    EXPECT_EQ(rules.correction_at(80), 0);
    EXPECT_EQ(rules.correction_at(80.1), SpeakerRules::kStep);
    EXPECT_NEAR(SpeakerRules::kStep, 0.0039, 1e-5);
}

TEST(ASpeakerOfPackets, RefusesWhatItHasNoRoomFor) {
    Player player(SpeakerKind::packets);
    player.play(20);
    player.stall(-1s);  // a burst
    player.play(50);
    EXPECT_GT(player.speaker().counters().overruns, 0U);
    EXPECT_LE(player.buffered(), player.packet() * 34 + 1s);
}

}  // namespace
}  // namespace tandem
