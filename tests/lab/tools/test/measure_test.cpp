// SPDX-License-Identifier: GPL-3.0-or-later
// The measure must find what is wrong with a bridge: here is one of each fault, of known size.
#include <gtest/gtest.h>

#include "heard.hpp"

namespace lab::test {
namespace {

using namespace std::chrono_literals;

double value(const SpeakerResult& result, const std::string& name) {
    return test::value(result.figures, name);
}

TEST(Measure, SaysThatAFlawlessStreamIsFlawless) {
    const SpeakerResult result = heard({});
    for (const char* name : {"sequence_gaps", "packets_lost", "timestamp_errors", "bad_packets",
                             "packets_unmatched", "jumps"}) {
        EXPECT_EQ(value(result, name), 0) << name;
    }
    EXPECT_GT(value(result, "heard_s"), 4.8);
    EXPECT_NEAR(value(result, "latency_p50_ms"), 40 + kCodecDelayMs, 0.1);
    EXPECT_NEAR(value(result, "latency_p99_ms"), 40 + kCodecDelayMs, 0.1);
    EXPECT_NEAR(value(result, "newest_latency_p50_ms"), 40 + kCodecDelayMs - 21.333, 0.1);
    EXPECT_LT(value(result, "pacing_rms_ms"), 0.01);
    EXPECT_GT(value(result, "snr_left_db"), 9);
    EXPECT_GT(value(result, "snr_right_db"), 9);
    EXPECT_EQ(result.codec, "SBC 48000 Hz joint stereo, bitpool 51, 8 frames a packet");
}

TEST(Measure, FindsALostPacketInTheNumbersAndInTheContent) {
    Stream stream;
    stream.lost = [](int k) { return k == 150; };
    const SpeakerResult result = heard(stream);
    EXPECT_EQ(value(result, "sequence_gaps"), 1);
    EXPECT_EQ(value(result, "packets_lost"), 1);
    EXPECT_EQ(value(result, "jumps"), 1);
    EXPECT_EQ(value(result, "frames_jumped"), kSamplesPerPacket);
}

TEST(Measure, DoesNotJudgeTheFirstSecondsNumbers) {
    Stream stream;
    stream.lost = [](int k) { return k == 10; };
    EXPECT_EQ(value(heard(stream), "sequence_gaps"), 0);
}

TEST(Measure, FindsSamplesThatWereSkippedBeforeTheEncoder) {
    Stream stream;
    stream.content = [](int k) { return k * kSamplesPerPacket + (k < 150 ? 0 : 100); };
    const SpeakerResult result = heard(stream);
    EXPECT_EQ(value(result, "sequence_gaps"), 0);
    EXPECT_EQ(value(result, "jumps"), 1);
    EXPECT_EQ(value(result, "frames_jumped"), 100);
}

TEST(Measure, FindsContentThatWasRepeated) {
    Stream stream;
    stream.content = [](int k) { return (k < 150 ? k : k - 1) * kSamplesPerPacket; };
    const SpeakerResult result = heard(stream);
    EXPECT_EQ(value(result, "jumps"), 1);
    EXPECT_EQ(value(result, "frames_jumped"), kSamplesPerPacket);
}

TEST(Measure, FollowsADelayThatIsBeingSlewed) {
    Stream stream;
    stream.content = [](int k) {
        return k * kSamplesPerPacket + 2 * std::max(0, k - 100);
    };  // 0.2 %
    EXPECT_EQ(value(heard(stream), "jumps"), 0);
}

TEST(Measure, CountsPacketsThatHoldSomethingElse) {
    const Sound other = noise(48000, 6, 8);
    Tape tape;
    Encoder right;
    Encoder wrong;
    tape.new_adapter(1);
    for (int k = 0; k < 270; ++k) {
        const auto good = right.encode(sound(), k * kSamplesPerPacket);
        const auto bad = wrong.encode(other, k * kSamplesPerPacket);
        tape.media(1, at_aux(k * kSamplesPerPacket) + 40ms, static_cast<std::uint16_t>(k),
                   static_cast<std::uint32_t>(k * kSamplesPerPacket), k / 3 == 50 ? bad : good);
    }
    EXPECT_GE(value(heard_by(tape), "packets_unmatched"), 3);
}

TEST(Measure, TellsUnevenPacingByItsRms) {
    Stream stream;
    stream.late = [](int k) { return k % 2 == 0 ? Time{2ms} : Time{-2ms}; };
    EXPECT_NEAR(value(heard(stream), "pacing_rms_ms"), 2, 0.05);
}

constexpr Time kHeldUpFrom = 3s;

// What was due from then on comes 150 ms later, packet upon packet.
Tape held_up() {
    Stream stream;
    stream.late = [&](int k) {
        const Time due = at_aux(k * kSamplesPerPacket) + stream.latency;
        const Time resumes = kStart + kHeldUpFrom + 150ms;
        return due > kStart + kHeldUpFrom && due < resumes ? resumes - due : Time{0};
    };
    Tape tape;
    stream.onto(tape, 1, sound());
    return tape;
}

TEST(Measure, TellsHowLateAPacketCame) {
    const SpeakerResult result = heard_by(held_up());
    EXPECT_NEAR(value(result, "late_worst_ms"), 140, 11);
    EXPECT_GE(value(result, "late_packets"), 1);
}

TEST(Measure, TakesAConnectionsFirstNumberForWhatItIs) {
    Tape tape;
    Stream stream;
    stream.number = [](int k) { return k < 150 ? k : k - 150; };
    stream.onto(tape, 1, sound());
    EXPECT_EQ(value(heard_by(tape), "sequence_gaps"), 1) << "without a disconnection it is a gap";
    Tape with_disconnection;
    Encoder encoder;
    with_disconnection.new_adapter(1);
    for (int k = 0; k < 270; ++k) {
        if (k == 150) with_disconnection.disconnect(1, at_aux(k * kSamplesPerPacket));
        with_disconnection.media(1, at_aux(k * kSamplesPerPacket) + 40ms,
                                 static_cast<std::uint16_t>(k % 150),
                                 static_cast<std::uint32_t>(k % 150 * kSamplesPerPacket),
                                 encoder.encode(sound(), k * kSamplesPerPacket));
    }
    const SpeakerResult result = heard_by(with_disconnection);
    EXPECT_EQ(value(result, "sequence_gaps"), 0);
    EXPECT_EQ(value(result, "sessions"), 2);
}

TEST(Measure, RefusesNoiseOfAnotherRate) {
    Tape tape;
    Stream{}.onto(tape, 1, sound());
    Sound other = sound();
    other.rate = 44100;
    EXPECT_THROW((void)analyse(tape.play().at(1), other, aux()), std::runtime_error);
}

TEST(Measure, RefusesAFileThatIsNoRecording) {
    const std::vector<std::uint8_t> file(100, 'x');
    EXPECT_THROW((void)parse_btsnoop(file), std::runtime_error);
}

}  // namespace
}  // namespace lab::test
