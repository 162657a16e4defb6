// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/delay_line.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace tandem {
namespace {

using Motion = DelayLine::Motion;

constexpr SampleRate kRate{48000};
constexpr double kFadeFrames = 480;
constexpr double kSlew = 131.0 / 65536;
constexpr double kMinus80Dbfs = 32768e-4;

FineFrames fine(double frames) {
    return FineFrames::of_count(std::llround(frames * FineFrames::kPerFrame));
}
double frames_of(FineFrames fine) {
    return static_cast<double>(fine.count) / FineFrames::kPerFrame;
}

// A sine on the left, its cosine on the right, or silence.
struct Sine {
    double hz = 1000;
    double dbfs = -3;

    [[nodiscard]] double left(double at) const {
        return amplitude() * std::sin(2 * std::numbers::pi * hz / kRate.hz * at);
    }
    [[nodiscard]] double right(double at) const {
        return amplitude() * std::cos(2 * std::numbers::pi * hz / kRate.hz * at);
    }
    [[nodiscard]] double amplitude() const { return 32767 * std::pow(10, dbfs / 20); }
    // How far two samples that are `rate` frames apart differ at most.
    [[nodiscard]] double slope(double rate) const {
        return 2 * amplitude() * std::abs(std::sin(std::numbers::pi * hz / kRate.hz * rate));
    }
    [[nodiscard]] std::vector<StereoFrame> frames(std::int64_t from, std::int64_t count) const {
        std::vector<StereoFrame> out;
        for (std::int64_t at = from; at < from + count; ++at)
            out.push_back({static_cast<std::int16_t>(std::lround(left(static_cast<double>(at)))),
                           static_cast<std::int16_t>(std::lround(right(static_cast<double>(at))))});
        return out;
    }
};

// Reads block by block, as a chain does.
class Reader {
  public:
    Reader(const PcmHistory& history, FineFrames delay, Position at = Position{10'000})
        : line(history, kRate, delay), at(at) {}
    void read(std::int64_t frames) {
        for (; frames > 0; frames -= 128) {
            std::array<StereoFrame, 128> block;
            line.read(at, block);
            out.insert(out.end(), block.begin(), block.end());
            at += Frames{128};
        }
    }
    DelayLine line;
    Position at;
    std::vector<StereoFrame> out;
};

// What the delay line is to do, in floating point and sample by sample, on a sine that sounds.
class Ideal {
  public:
    Ideal(const Sine& sine, double delay, double at)
        : sine_(sine), at_(at), present_(delay), target_(delay) {}
    void set_delay(double delay) { target_ = delay; }
    void read(std::int64_t frames) {
        for (std::int64_t i = 0; i < frames; ++i) {
            if (i % 128 == 0) settled_ = true;
            if (i % 128 == 0 && !fading_ && std::abs(target_ - present_) > 960) {
                fading_ = true;
                fade_to_ = target_;
                faded_ = 0;
            }
            out.push_back(next());
            at_ += 1;
        }
    }
    std::vector<double> out;  // left

  private:
    double next() {
        const double now = sine_.left(at_ - present_);
        if (!fading_) {
            if (!settled_) return now;
            const double way = target_ - present_;
            present_ = std::abs(way) < kSlew ? target_ : present_ + std::copysign(kSlew, way);
            return now;
        }
        const double share = 0.5 - 0.5 * std::cos(std::numbers::pi * (faded_ + 0.5) / kFadeFrames);
        const double value = now + share * (sine_.left(at_ - fade_to_) - now);
        faded_ += 1;
        if (faded_ == kFadeFrames) {
            present_ = fade_to_;
            fading_ = false;
            settled_ = false;
        }
        return value;
    }
    Sine sine_;
    double at_;
    double present_;
    double target_;
    double fade_to_ = 0;
    double faded_ = 0;
    bool fading_ = false;
    bool settled_ = true;  // false: a fade ended within this read
};

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

struct Move {
    std::int64_t after;  // frames
    double delay;
};
struct Journey {
    const char* name;
    std::vector<Move> moves;
    friend void PrintTo(const Journey& value, std::ostream* out) { *out << value.name; }
};

class ASine : public testing::TestWithParam<std::tuple<double, double, Journey>> {};

TEST_P(ASine, NeverClicks) {
    const auto& [hz, dbfs, journey] = GetParam();
    const Sine sine{hz, dbfs};
    PcmHistory history(Frames{1 << 18});
    history.append(sine.frames(0, 200'000));
    Reader reader(history, Frames{2000});
    Ideal ideal(sine, 2000, 10'000);
    for (const Move& move : journey.moves) {
        reader.read(move.after);
        ideal.read(move.after);
        reader.line.set_delay(fine(move.delay));
        ideal.set_delay(move.delay);
    }
    reader.read(51'200);
    ideal.read(51'200);
    ASSERT_EQ(reader.out.size(), ideal.out.size());
    double worst = 0;
    double worst_step = 0;
    for (std::size_t i = 1; i < reader.out.size(); ++i) {
        const double step = reader.out[i].left - reader.out[i - 1].left;
        worst = std::max(worst, std::abs(step - (ideal.out[i] - ideal.out[i - 1])));
        worst_step = std::max(worst_step, std::abs(step));
    }
    EXPECT_LT(worst, kMinus80Dbfs);
    // The same without a model: no step is larger than the sine's own, at 0.2 % above its pitch,
    // and what a cross-fade between two of its extremes adds.
    const double fade = 2 * sine.amplitude() * std::numbers::pi / 2 / kFadeFrames;
    const bool fades = std::string_view(journey.name).find("Fade") != std::string_view::npos;
    EXPECT_LT(worst_step, sine.slope(1.002) + (fades ? fade : 0) + kMinus80Dbfs);
}

INSTANTIATE_TEST_SUITE_P(
    DelayLine, ASine,
    testing::Combine(
        testing::Values(50.0, 440.0, 997.0, 5000.0, 12'000.0, 18'000.0),
        testing::Values(-0.1, -20.0, -50.0),
        testing::Values(Journey{"Slew", {{1280, 2030.0}, {25'600, 2000.0}}},
                        Journey{"SlewToAFraction", {{1280, 2010.37}, {12'800, 1995.81}}},
                        Journey{"NewTargetDuringASlew",
                                {{1280, 2040.0}, {6'400, 2025.5}, {128, 1980.0}, {128, 2040.0}}},
                        Journey{"Fade", {{1280, 4000.0}, {2'560, 100.0}}},
                        Journey{"NewTargetDuringAFade", {{1280, 4000.0}, {128, 4020.0}}},
                        Journey{"FarTargetDuringAFade", {{1280, 4000.0}, {128, 300.0}}},
                        Journey{"FadeDuringASlew", {{1280, 2040.0}, {2'560, 6000.5}}})),
    [](const auto& info) {
        return std::to_string(static_cast<int>(std::get<0>(info.param))) + "Hz" +
               std::to_string(static_cast<int>(-std::get<1>(info.param))) + "dB" +
               std::get<2>(info.param).name;
    });

}  // namespace
}  // namespace tandem
