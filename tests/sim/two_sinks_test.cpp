// SPDX-License-Identifier: GPL-3.0-or-later
// The whole engine with samples and SBC in virtual time: two sinks, a bad card, minutes of it.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "fakes/parameter_name.hpp"
#include "fakes/sim_world.hpp"
#include "tandem/timing/delay_plan.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::noise_at;
using test::Recording;
using test::SimCard;
using test::SimWorld;

constexpr int kCodecDelay = 73;  // frames, of encoder and decoder together (8 subbands)

// How well `pcm` from index `at` matches the noise from frame `frame`: 1 is perfect.
double likeness(const std::vector<std::int16_t>& pcm, std::size_t at, std::int64_t frame) {
    double cross = 0;
    double a = 0;
    double b = 0;
    for (std::size_t i = 0; i < 1024; ++i) {
        const double x = pcm[at + i];
        const double y = noise_at(frame + static_cast<std::int64_t>(i)).left;
        cross += x * y;
        a += x * x;
        b += y * y;
    }
    return a * b > 0 ? cross / std::sqrt(a * b) : 0;
}

// The shift in frames, within +-40, at which the decoded content is found; fails if it is not.
int content_shift(const std::vector<std::int16_t>& pcm, std::size_t at, std::int64_t expected) {
    int best = -99;
    double best_likeness = 0;
    for (int shift = -40; shift <= 40; ++shift) {
        const double found = likeness(pcm, at, expected + shift);
        if (found > best_likeness) {
            best_likeness = found;
            best = shift;
        }
    }
    EXPECT_GT(best_likeness, 0.8) << "at " << at;
    return best;
}

struct Case {
    const char* name;
    SampleRate rate;
    double ppm;
    Duration tick;
    Duration late;
    friend void PrintTo(const Case& value, std::ostream* out) { *out << value.name; }
};

class TwoSinks : public testing::TestWithParam<Case> {
  protected:
    static SimCard::Settings card() {
        return {.rate = GetParam().rate,
                .ppm = GetParam().ppm,
                .tick = GetParam().tick,
                .late = GetParam().late};
    }
};

TEST_P(TwoSinks, PlayTheInputWithoutALossAndSoundTogether) {
    SimWorld world(card());
    const SampleRate rate = GetParam().rate;
    const Duration latencies[]{120ms, 210ms};
    ChainSettings settings[]{world.settings(0), world.settings(1)};
    Frames delays[2];
    settings[1].frames_per_packet = 5;  // a smaller write MTU
    std::vector<PlannedSink> planned;
    for (const std::size_t sink : {0U, 1U}) {
        const Frames packet = settings[sink].sbc.frame_length() * settings[sink].frames_per_packet;
        planned.push_back(
            {duration_of(packet, rate) + settings[sink].guard, latencies[sink], Duration{0}});
    }
    const auto plan = plan_delays(planned);
    for (const std::size_t sink : {0U, 1U}) {
        delays[sink] = frames_in(plan[sink], rate);
        settings[sink].delay = delays[sink];
        world.attach(sink, settings[sink]);
    }
    world.run(5min);

    double sounds_after_ms[2];  // from the aux jack to the air, beyond what was captured
    for (const std::size_t sink : {0U, 1U}) {
        const Recording& recording = world.recordings[sink];
        const auto pcm = recording.decode();
        const std::int64_t first = recording.packets.front().timestamp;
        const std::int64_t delay = delays[sink].count;
        ASSERT_EQ(pcm.size() % 128, 0U);
        for (std::size_t at = 48000; at + 2048 < pcm.size(); at += 480'000)
            EXPECT_EQ(
                content_shift(pcm, at, first + static_cast<std::int64_t>(at) - delay - kCodecDelay),
                0);
        double sum = 0;
        int count = 0;
        for (std::size_t i = recording.packets.size() / 2; i < recording.packets.size(); ++i) {
            const auto& packet = recording.packets[i];
            sum += to_ms(packet.time - world.card.heard_at(packet.timestamp));
            ++count;
        }
        sounds_after_ms[sink] =
            sum / count + to_ms(duration_of(delays[sink], rate)) + to_ms(latencies[sink]);
        EXPECT_EQ(world.engine.snapshot().chains[sink].left_out, 0U);
    }
    EXPECT_NEAR(sounds_after_ms[0], sounds_after_ms[1], 0.2) << GetParam().name;
    EXPECT_EQ(world.engine.snapshot().intake.frames_filled, 0U);
    EXPECT_NEAR(world.engine.snapshot().rate_ppm, GetParam().ppm, 60);
}

INSTANTIATE_TEST_SUITE_P(Cards, TwoSinks,
                         testing::Values(Case{"perfect", {48000}, 0, 0ns, 0ns},
                                         Case{"snd-aloop", {48000}, 0, 4ms, 300us},
                                         Case{"fast USB", {48000}, 150, 1ms, 100us},
                                         Case{"slow USB at 44.1", {44100}, -150, 1ms, 500us}),
                         [](const auto& info) { return test::parameter_name(info.param.name); });

TEST(Pacing, IsEvenToATenthOfAPeriodOnceLocked) {
    SimWorld world({.ppm = 40, .tick = 4ms, .late = 500us});
    world.attach(0, world.settings(0));
    world.run(60s);
    const auto& packets = world.recordings[0].packets;
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = packets.size() / 2; i + 1 < packets.size(); ++i, ++count) {
        const double error = to_ms(packets[i + 1].time - packets[i].time) - 896 / 48.0;
        sum += error * error;
    }
    EXPECT_LT(std::sqrt(sum / static_cast<double>(count)), 0.3);
}

}  // namespace
}  // namespace tandem
