// SPDX-License-Identifier: GPL-3.0-or-later
// What is heard of a delay that changes.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <tuple>
#include <vector>

#include "unit/delay_line_bench.hpp"

namespace tandem {
namespace {

using namespace test;

constexpr double kFadeFrames = 480;
constexpr double kMinus80Dbfs = 32768e-4;

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
