// SPDX-License-Identifier: GPL-3.0-or-later
// Where frames come to stand after xruns, while the timeline coasts and when it has let go: each
// once, in order, and silence for what was lost.
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "fakes/sim_world.hpp"
#include "tandem/engine/engine.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::noise_at;
using test::SimCard;
using test::SimWorld;

// A stretch of the history that was captured without a break.
struct Piece {
    Position first;
    std::int64_t frame = 0;  // of the card, there
    std::int64_t count = 0;
};

bool is_silent(StereoFrame frame) {
    return frame == StereoFrame{};
}

// The frame of the card that begins `sound`, looked for within 0.2 s of `guess`.
std::optional<std::int64_t> find_frame(std::span<const StereoFrame> sound, std::int64_t guess) {
    for (std::int64_t frame = guess - 9600; frame < guess + 9600; ++frame) {
        bool same = true;
        for (std::size_t i = 0; i < 16 && same; ++i)
            same = sound[i] == noise_at(frame + static_cast<std::int64_t>(i));
        if (same) return frame;
    }
    return std::nullopt;
}

// What the last two seconds hold. Each frame that is not silent has to be the card's, in order.
std::vector<Piece> pieces_of(const SimWorld& world) {
    std::vector<StereoFrame> sound(96'000);
    const Position from = world.engine.history().end() - Frames{96'000};
    world.engine.history().read(from, sound);
    std::vector<Piece> pieces;
    for (std::size_t at = 0; at + 16 < sound.size();) {
        if (is_silent(sound[at])) {
            ++at;
            continue;
        }
        const Position place = from + Frames{static_cast<std::int64_t>(at)};
        const auto frame = find_frame(std::span(sound).subspan(at), place.frames);
        EXPECT_TRUE(frame) << "what stands at " << place.frames << " was never captured";
        if (!frame) return pieces;
        Piece piece{place, *frame, 0};
        while (at < sound.size() && sound[at] == noise_at(*frame + piece.count)) {
            ++piece.count;
            ++at;
        }
        pieces.push_back(piece);
    }
    return pieces;
}

// Frames between two pieces: what the card had lost, and what stands there in silence.
struct Gap {
    std::int64_t lost;
    std::int64_t silent;
};
std::vector<Gap> gaps_of(const SimWorld& world) {
    const auto pieces = pieces_of(world);
    std::vector<Gap> gaps;
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        const Piece& before = pieces[i - 1];
        gaps.push_back({pieces[i].frame - (before.frame + before.count),
                        pieces[i].first.frames - (before.first.frames + before.count)});
    }
    return gaps;
}

// Xruns some tenths of a second apart: the line still coasts over the one before.
void stumble(SimWorld& world, const std::vector<Duration>& outages) {
    for (const Duration outage : outages) {
        world.now += outage;
        world.card.xrun_at(world.now);
        world.run(310ms);
    }
}

// After some time of play each of `outages` leaves as much silence as it took, within `frames`.
void expect_filled(SimWorld& world, const std::vector<Duration>& outages, double frames) {
    world.run(30s);
    stumble(world, outages);
    const auto gaps = gaps_of(world);
    ASSERT_EQ(gaps.size(), outages.size());
    std::int64_t filled = 0;
    for (const Gap& gap : gaps) {
        EXPECT_GT(gap.lost, 0);
        EXPECT_NEAR(static_cast<double>(gap.silent), static_cast<double>(gap.lost), frames);
        filled += gap.silent;
    }
    const IntakeCounters intake = world.engine.snapshot().intake;
    EXPECT_EQ(intake.frames_filled, static_cast<std::uint64_t>(filled));
    EXPECT_EQ(intake.frames_skipped, 0U);
}

TEST(Placing, WithTrueStampsSilenceIsWhatWasLostToAFrameAnXrun) {
    for (const double ppm : {-150.0, 0.0, 90.0}) {
        SimWorld world({.ppm = ppm});
        SCOPED_TRACE(ppm);
        expect_filled(world, {150ms, 7ms, 40ms, 3ms}, 1);
        EXPECT_EQ(world.engine.snapshot().intake.parted, 0U);
    }
}

TEST(Placing, WithCoarseStampsEachFrameStandsOnceAllTheSame) {
    const SimCard::Settings coarse{.ppm = 150, .tick = 4ms, .late = 300us};
    SimWorld world(coarse);
    // A stamp is as true as the tick, the period and the lateness of the interrupt let it be.
    expect_filled(world, {60ms, 15ms, 90ms, 25ms}, 192 + 128 + 15);
}

// Whatever the stamp was off, up to 3 ms here: the rate bends by 20 ppm, and by what jitter does.
TEST(Placing, LeavesTheBeatOfThePacketsEven) {
    SimWorld world({.late = 3ms});
    world.attach(0, world.settings(0));
    world.run(30s);
    const auto& packets = world.recordings[0].packets;
    for (int xrun = 0; xrun < 10; ++xrun) {
        const std::size_t before = packets.size() - 1;
        world.now += 10ms;
        world.card.xrun_at(world.now);
        world.run(6s);
        // The packets of the gap itself wait for frames; those after it are on the old beat.
        for (std::size_t i = before + 10; i < packets.size(); i += 10) {
            const Frames since{896 * static_cast<std::int64_t>(i - before)};
            EXPECT_NEAR(to_ms(packets[i].time - packets[before].time),
                        to_ms(duration_of(since, SampleRate{48000})), 0.3)
                << i - before << " packets after xrun " << xrun;
        }
    }
}

TEST(Silence, OfACardThatIsGoneKeepsTheBeatOfThePackets) {
    SimWorld world({.ppm = 80});
    world.attach(0, world.settings(0));
    world.run(30s);
    const auto& packets = world.recordings[0].packets;
    const std::size_t before = packets.size() - 1;
    world.card.unplug();
    world.run(20s);
    ASSERT_GT(packets.size(), before + 1000);
    for (std::size_t i = before; i < packets.size(); ++i) {
        const Duration since = packets[i].time - packets[before].time;
        const auto beats = static_cast<double>(i - before) / (1 + 80e-6);
        EXPECT_NEAR(to_ms(since), beats * 896 / 48.0, 0.1) << i - before;
    }
}

}  // namespace
}  // namespace tandem
