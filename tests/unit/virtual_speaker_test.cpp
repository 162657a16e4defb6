// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/model/virtual_speaker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tandem/a2dp/packetizer.hpp"
#include "tandem/a2dp/sbc_encoder.hpp"
#include "tandem/audio/alignment.hpp"

namespace tandem {
namespace {

constexpr Duration kMillisecond = std::chrono::milliseconds{1};
const Time epoch{std::chrono::seconds{500}};
constexpr std::size_t kCodecDelay = 73;  // samples, encoder and decoder together

// What a sender does: noise through the real encoder and packetizer, packet k of `frames` SBC
// frames at first + k * its length.
class Sender {
  public:
    explicit Sender(const SbcConfig& config = {}, int frames = 4)
        : config_(config), frames_(frames), encoder_(config), packetizer_(1) {}

    [[nodiscard]] Duration cadence() const {
        return duration_of(config_.frame_length() * frames_, config_.rate);
    }
    std::vector<std::uint8_t> next() {
        packetizer_.begin(Position{static_cast<std::int64_t>(pcm.size())});
        const auto length = static_cast<std::size_t>(config_.frame_length().count);
        for (int i = 0; i < frames_; ++i) {
            std::vector<StereoFrame> block(length);
            for (StereoFrame& frame : block) {
                level_ += 0.3 * (white_(random_) - level_);
                frame.left = frame.right = static_cast<std::int16_t>(std::lround(level_));
            }
            packetizer_.commit(encoder_.encode(block, packetizer_.room()));
            pcm.insert(pcm.end(), block.begin(), block.end());
        }
        const auto packet = packetizer_.finish();
        return {packet.begin(), packet.end()};
    }

    std::vector<StereoFrame> pcm;

  private:
    SbcConfig config_;
    int frames_;
    SbcEncoder encoder_;
    Packetizer packetizer_;
    std::mt19937 random_{3};
    std::normal_distribution<double> white_{0.0, 6000.0};
    double level_ = 0;
};

// Seconds from a packet's arrival to its first sample's sound, as the output at `at` shows it.
// Packet 0 arrived at epoch + first.
double measured_latency(const Sender& sender, const std::vector<StereoFrame>& out,
                        std::size_t at_sample, Duration first, Duration expected,
                        const SbcConfig& config = {}) {
    const auto input = to_mono(sender.pcm);
    const auto output = to_mono(out);
    const auto shift =
        static_cast<std::size_t>(frames_in(first + expected, config.rate).count) + kCodecDelay;
    constexpr std::size_t reach = 480;
    const auto found =
        find_piece(std::span(input).subspan(at_sample, 4096),
                   std::span(output).subspan(at_sample + shift - reach, 4096 + 2 * reach));
    if (!found || found->correlation < 0.5) return -1;
    const double offset = static_cast<double>(shift) - reach + found->offset - kCodecDelay;
    return offset / config.rate.hz - static_cast<double>(first.count()) / 1e9;
}

class VirtualSpeakerTest : public testing::Test {
  protected:
    // Plays `packets` packets in an even cadence, the arrivals late by what `late` says.
    template <typename Late>
    void play(VirtualSpeaker& speaker, int packets, Late late) {
        for (int k = 0; k < packets; ++k) {
            const Time due = epoch + first_ + sender_.cadence() * count_++;
            now_ = std::max(now_, due + late(k));
            speaker.receive(sender_.next(), now_);
            speaker.render(now_, out_);
        }
    }
    void play(VirtualSpeaker& speaker, int packets) {
        play(speaker, packets, [](int) { return Duration{0}; });
    }

    Duration first_ = 20 * kMillisecond;
    Sender sender_;
    std::vector<StereoFrame> out_;
    int count_ = 0;
    Time now_ = epoch;
};

TEST_F(VirtualSpeakerTest, SoundsItsLatencyAfterTheArrival) {
    for (const double latency_ms : {20.0, 120.0, 210.37, 1000.0}) {
        Sender sender;
        VirtualSpeaker speaker({.latency = from_ms(latency_ms)}, epoch);
        std::vector<StereoFrame> out;
        for (int k = 0; k < 200; ++k) {
            speaker.receive(sender.next(), epoch + first_ + sender.cadence() * k);
        }
        speaker.render(epoch + first_ + sender.cadence() * 200, out);
        const double latency = measured_latency(sender, out, 24000, first_, from_ms(latency_ms));
        EXPECT_NEAR(latency * 1e3, latency_ms, 0.1);
        EXPECT_EQ(speaker.counters().underruns, 0U);
    }
}

TEST_F(VirtualSpeakerTest, IsSilentBeforeTheFirstSoundAndKeepsTheTimeAxis) {
    VirtualSpeaker speaker({.latency = 100 * kMillisecond}, epoch);
    play(speaker, 40);
    const auto first_sound =
        static_cast<std::size_t>(frames_in(first_ + 100 * kMillisecond, {48000}).count);
    ASSERT_GT(out_.size(), first_sound + 1000);
    for (std::size_t i = 0; i + 20 < first_sound; ++i)
        ASSERT_EQ(out_[i], StereoFrame{}) << i;
    EXPECT_EQ(out_.size(), static_cast<std::size_t>(frames_in(now_ - epoch, {48000}).count));
}

TEST_F(VirtualSpeakerTest, HoldsItsLatencyInSpiteOfADriftingClock) {
    VirtualSpeaker speaker({.latency = 100 * kMillisecond, .clock_ppm = 100.0}, epoch);
    play(speaker, 94 * 45);
    for (const std::size_t second : {2U, 10U, 40U}) {
        EXPECT_NEAR(
            measured_latency(sender_, out_, 48000 * second, first_, 100 * kMillisecond) * 1e3,
            100.0, second < 40 ? 0.5 : 0.1)
            << "at " << second << " s";
    }
}

TEST_F(VirtualSpeakerTest, JitterOfArrivalsHardlyMovesTheSound) {
    VirtualSpeaker speaker({.latency = 100 * kMillisecond}, epoch);
    std::mt19937 random(5);
    std::uniform_int_distribution<std::int64_t> late(0, (4 * kMillisecond).count());
    play(speaker, 94 * 32, [&](int) { return Duration{late(random)}; });
    EXPECT_EQ(speaker.counters().underruns, 0U);
    // The mean arrival is 2 kMillisecond late, and the latency counts from there.
    EXPECT_NEAR(measured_latency(sender_, out_, 48000 * 28, first_, 102 * kMillisecond) * 1e3,
                102.0, 0.5);
}

TEST_F(VirtualSpeakerTest, AGapIsCountedAndTheRestStaysInItsPlace) {
    VirtualSpeaker speaker({.latency = 100 * kMillisecond}, epoch);
    play(speaker, 20);
    (void)sender_.next();  // two are lost on the air
    (void)sender_.next();
    count_ += 2;
    play(speaker, 80);
    EXPECT_EQ(speaker.counters().gaps, 1U);
    EXPECT_EQ(speaker.counters().lost_packets, 2U);
    EXPECT_NEAR(measured_latency(sender_, out_, 30000, first_, 100 * kMillisecond) * 1e3, 100.0,
                0.1);
    const auto lost =
        static_cast<std::size_t>(frames_in(first_ + 100 * kMillisecond, {48000}).count) + 20 * 512 +
        256;  // well inside the two packets of 512
    for (std::size_t i = lost; i < lost + 512; ++i)
        ASSERT_LE(std::abs(out_[i].left), 1);
}

TEST_F(VirtualSpeakerTest, AnOutageUnderrunsOnceAndFillsUpAgain) {
    VirtualSpeaker speaker({.latency = 100 * kMillisecond}, epoch);
    play(speaker, 50);
    first_ += 2000 * kMillisecond;
    play(speaker, 100);
    EXPECT_EQ(speaker.counters().underruns, 1U);
    EXPECT_EQ(speaker.counters().gaps, 0U);
    EXPECT_NEAR(measured_latency(sender_, out_, 50 * 512 + 10000, first_, 100 * kMillisecond) * 1e3,
                100.0, 0.1);
}

TEST_F(VirtualSpeakerTest, AnOutageShorterThanTheLatencyIsNotHeard) {
    VirtualSpeaker speaker({.latency = 150 * kMillisecond}, epoch);
    play(speaker, 200, [](int k) {
        return k >= 100 && k < 108 ? (108 - k) * 10 * kMillisecond : 0 * kMillisecond;
    });
    EXPECT_EQ(speaker.counters().underruns, 0U);
    EXPECT_NEAR(measured_latency(sender_, out_, 70000, first_, 150 * kMillisecond) * 1e3, 150.0,
                0.7);
}

TEST_F(VirtualSpeakerTest, ThrowsAwayWhatItsBufferCannotHold) {
    VirtualSpeaker speaker({.latency = 50 * kMillisecond}, epoch);
    for (int k = 0; k < 400; ++k)
        speaker.receive(sender_.next(), epoch + 5 * kMillisecond);
    EXPECT_GT(speaker.counters().overruns, 300U);
    EXPECT_LT(to_ms(speaker.buffered(epoch + 5 * kMillisecond)), 250.0);
}

TEST_F(VirtualSpeakerTest, NoGapMakesItsBufferLonger) {
    VirtualSpeaker speaker({.latency = 50 * kMillisecond}, epoch);
    play(speaker, 10);
    for (int gap = 0; gap < 3; ++gap) {
        for (int lost = 0; lost < 900; ++lost)
            (void)sender_.next();
        speaker.receive(sender_.next(), now_);
    }
    EXPECT_EQ(speaker.counters().lost_packets, 2700U);
    EXPECT_LT(to_ms(speaker.buffered(now_)), 250.0);
}

TEST_F(VirtualSpeakerTest, ARepeatedPacketIsThrownAway) {
    VirtualSpeaker speaker({.latency = 100 * kMillisecond}, epoch);
    play(speaker, 10);
    const auto packet = sender_.next();
    speaker.receive(packet, now_);
    const Duration buffered = speaker.buffered(now_);
    speaker.receive(packet, now_);
    EXPECT_EQ(speaker.counters().repeated, 1U);
    EXPECT_EQ(speaker.buffered(now_), buffered);
}

TEST_F(VirtualSpeakerTest, AWrongFrameIsSilenceAndTakesItsTime) {
    VirtualSpeaker speaker({.latency = 100 * kMillisecond}, epoch);
    play(speaker, 10);
    auto packet = sender_.next();
    packet[kMediaHeaderBytes + 3] ^= 0xff;  // the first frame's CRC
    const Duration before = speaker.buffered(now_);
    speaker.receive(packet, now_);
    EXPECT_EQ(speaker.counters().decode_errors, 1U);
    EXPECT_NEAR(to_ms(speaker.buffered(now_) - before), to_ms(sender_.cadence()), 0.001);
}

TEST_F(VirtualSpeakerTest, HostilePacketsDoNoHarm) {
    VirtualSpeaker speaker({.latency = 50 * kMillisecond}, epoch);
    std::mt19937 random(11);
    const auto draw = [&](int limit) {
        return static_cast<int>(random() % static_cast<unsigned>(limit));
    };
    std::uint64_t sent = 0;
    for (int k = 0; k < 2000; ++k) {
        auto packet = sender_.next();
        packet.resize(static_cast<std::size_t>(draw(static_cast<int>(packet.size()) + 1)));
        for (int flips = draw(6); flips > 0 && !packet.empty(); --flips) {
            packet[random() % packet.size()] = static_cast<std::uint8_t>(random());
        }
        speaker.receive(packet, epoch + sender_.cadence() * k);
        ++sent;
        speaker.render(epoch + sender_.cadence() * k, out_);
        out_.clear();
    }
    EXPECT_EQ(speaker.counters().packets, sent);
    EXPECT_GT(speaker.counters().malformed, 0U);
    EXPECT_GT(speaker.counters().decode_errors, 0U);
}

TEST_F(VirtualSpeakerTest, PlaysEveryShapeOfSbc) {
    for (const int hz : {44100, 48000}) {
        for (const ChannelMode mode : {ChannelMode::mono, ChannelMode::dual_channel,
                                       ChannelMode::stereo, ChannelMode::joint_stereo}) {
            for (const int subbands : {4, 8}) {
                const SbcConfig config{
                    .rate = {hz}, .mode = mode, .subbands = subbands, .bitpool = 30};
                Sender sender(config);
                VirtualSpeaker speaker({.config = config, .latency = 100 * kMillisecond}, epoch);
                std::vector<StereoFrame> out;
                for (int k = 0; k < 200; ++k) {
                    speaker.receive(sender.next(), epoch + sender.cadence() * k);
                }
                speaker.render(epoch + sender.cadence() * 200, out);
                EXPECT_EQ(speaker.counters().decode_errors, 0U) << config.describe();
                const double latency =
                    measured_latency(sender, out, 5000, Duration{0}, 100 * kMillisecond, config);
                // Four subbands delay by 37 samples, not by 73.
                const double codec = subbands == 4 ? (37.0 - 73.0) / hz * 1e3 : 0.0;
                EXPECT_NEAR(latency * 1e3, 100.0 + codec, 0.1) << config.describe();
            }
        }
    }
}

TEST_F(VirtualSpeakerTest, ReportsItsLatencyInTenthsOfAMillisecond) {
    EXPECT_EQ(VirtualSpeaker({.latency = 120 * kMillisecond}, epoch).delay_report(), 1200);
    EXPECT_EQ(VirtualSpeaker({.latency = from_ms(33.37)}, epoch).delay_report(), 333);
}

}  // namespace
}  // namespace tandem
