// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/delay_line.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "unit/delay_line_bench.hpp"

namespace tandem {
namespace {

using namespace test;
using Motion = DelayLine::Motion;

double frames_of(FineFrames fine) {
    return static_cast<double>(fine.count) / FineFrames::kPerFrame;
}

class DelayLineTest : public testing::Test {
  protected:
    void fill(const Sine& sine, std::int64_t count = 240'000) {
        history.append(sine.frames(history.end().frames, count));
    }
    PcmHistory history{Frames{1 << 19}};
};

TEST_F(DelayLineTest, IsTheHistoryBitForBitAtRest) {
    fill({});
    Reader reader(history, Frames{100});
    reader.read(12'800);
    EXPECT_EQ(reader.out, Sine{}.frames(9'900, 12'800));
}

TEST_F(DelayLineTest, IsTheHistoryBitForBitAfterASlewToo) {
    fill({});
    Reader reader(history, Frames{100});
    reader.read(128);
    reader.line.set_delay(Frames{137});
    EXPECT_EQ(reader.line.motion(), Motion::slewing);
    reader.read(25'600);
    EXPECT_EQ(reader.line.motion(), Motion::at_rest);
    EXPECT_EQ(reader.line.present(), FineFrames(Frames{137}));
    reader.out.clear();
    const std::int64_t from = reader.at.frames - 137;
    reader.read(12'800);
    EXPECT_EQ(reader.out, Sine{}.frames(from, 12'800));
}

TEST_F(DelayLineTest, SlewsByTwoInAThousandAndNoFaster) {
    fill({});
    for (const std::int64_t target : {1300, 700}) {
        Reader reader(history, Frames{1000});
        reader.line.set_delay(Frames{target});
        std::int64_t frames = 0;
        for (; reader.line.motion() == Motion::slewing; frames += 128) {
            const double before = frames_of(reader.line.present());
            reader.read(128);
            EXPECT_LE(std::abs(frames_of(reader.line.present()) - before), 128 * 0.002);
        }
        EXPECT_NEAR(static_cast<double>(frames), 300 / kSlew, 128);
    }
}

TEST_F(DelayLineTest, StandsExactlyOnItsTargetAfterAnyNumberOfMoves) {
    fill({});
    DelayLine line(history, kRate, Frames{0});
    std::mt19937 random(11);
    std::uniform_int_distribution<std::int64_t> anywhere(0, 400 * FineFrames::kPerFrame);
    std::array<StereoFrame, 128> block;
    for (int move = 0; move < 30; ++move) {
        line.set_delay(FineFrames::of_count(anywhere(random)));
        for (int i = 0; i < 800 || line.motion() != Motion::at_rest; ++i) {
            ASSERT_LT(i, 2000);
            line.read(Position{10'000 + i * 3}, block);
        }
        EXPECT_EQ(line.present(), line.delay());
    }
}

TEST_F(DelayLineTest, AFractionOfAFrameIsHeldForAsLongAsItLasts) {
    const Sine sine{5000, -1};
    fill(sine);
    Reader reader(history, fine(250.3125));
    reader.read(12'800);
    EXPECT_EQ(reader.line.motion(), Motion::at_rest);
    for (std::size_t i = 0; i < reader.out.size(); ++i)
        EXPECT_NEAR(reader.out[i].left, sine.left(10'000 + static_cast<double>(i) - 250.3125), 3);
}

TEST_F(DelayLineTest, AFarChangeFadesWithinTenMilliseconds) {
    fill({});
    Reader reader(history, Frames{0});
    reader.line.set_delay(Frames{961});
    reader.read(384);
    EXPECT_EQ(reader.line.motion(), Motion::fading);
    reader.read(128);
    EXPECT_EQ(reader.line.motion(), Motion::at_rest);
    EXPECT_EQ(reader.out[480], Sine{}.frames(10'480 - 961, 1)[0]);
}

TEST_F(DelayLineTest, ANearChangeFadesOnlyWhereBothPlacesAreQuiet) {
    history.append_silence(Frames{20'000});
    fill({1000, -3}, 20'000);
    const auto motion_of = [this](std::int64_t at, std::int64_t from, std::int64_t to) {
        Reader reader(history, Frames{from}, Position{at});
        reader.line.set_delay(Frames{to});
        reader.read(128);
        return reader.line.motion();
    };
    EXPECT_EQ(motion_of(19'000, 0, 500), Motion::fading);
    EXPECT_EQ(motion_of(20'200, 0, 900), Motion::slewing) << "sound where it is";
    EXPECT_EQ(motion_of(20'200, 900, 0), Motion::slewing) << "sound where it goes";
    EXPECT_EQ(motion_of(30'000, 0, 500), Motion::slewing) << "sound everywhere";
}

TEST_F(DelayLineTest, ASlewThatMeetsSilenceIsDoneThere) {
    fill({}, 20'000);
    history.append_silence(Frames{20'000});
    Reader reader(history, Frames{0});
    reader.line.set_delay(Frames{600});
    reader.read(10'240);
    EXPECT_EQ(reader.line.motion(), Motion::slewing);
    reader.read(2'560);
    EXPECT_EQ(reader.line.motion(), Motion::at_rest);
    EXPECT_EQ(reader.line.present(), FineFrames(Frames{600}));
}

TEST_F(DelayLineTest, LooksAtNothingBeyondWhatItSaysItNeeds) {
    const Sine sine{3000, -3};
    fill(sine);
    for (const FineFrames target :
         {FineFrames(Frames{0}), fine(0.5), FineFrames(Frames{40}), FineFrames(Frames{3000})}) {
        PcmHistory growing(Frames{1 << 16});
        const auto grow_to = [&](Position end) {
            const Frames missing = end - growing.end();
            if (missing.count > 0) growing.append(sine.frames(growing.end().frames, missing.count));
        };
        Reader whole(history, Frames{20});
        Reader scarce(growing, Frames{20});
        whole.line.set_delay(target);
        scarce.line.set_delay(target);
        for (int i = 0; i < 200; ++i) {
            grow_to(scarce.line.needed(scarce.at + Frames{128}));
            whole.read(128);
            scarce.read(128);
        }
        EXPECT_EQ(whole.out, scarce.out);
    }
}

TEST_F(DelayLineTest, IsAsExactAfterYears) {
    const std::int64_t years = 48'000LL * 86'400 * 365 * 5;
    PcmHistory late(Frames{1 << 16});
    late.append_silence(Frames{years});
    late.append(Sine{}.frames(0, 60'000));
    fill({});
    Reader now(history, Frames{100}, Position{2'000});
    Reader then(late, Frames{100}, Position{years + 2'000});
    for (Reader* reader : {&now, &then}) {
        reader->line.set_delay(Frames{140});
        reader->read(32'000);
    }
    EXPECT_EQ(now.out, then.out);
}

TEST_F(DelayLineTest, WhatIsNotKeptIsSilence) {
    fill({}, 1000);
    Reader reader(history, Frames{20'000});
    reader.read(128);
    for (const StereoFrame& frame : reader.out)
        EXPECT_EQ(frame, StereoFrame{});
}

}  // namespace
}  // namespace tandem
