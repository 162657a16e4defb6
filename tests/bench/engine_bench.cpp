// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's cost per second of audio, beside what libsbc alone takes for the same frames.
// Virtual time: nothing waits, so this is CPU time of the flow itself, without system calls.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "fakes/sim_card.hpp"
#include "tandem/a2dp/capabilities.hpp"
#include "tandem/engine/engine.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;

constexpr SampleRate kRate{48000};
constexpr Frames kPeriod{128};

SbcConfig sbc() {
    return std::get<SbcConfig>(
        choose_configuration(SbcOctets{0xFF, 0xFF, 2, 53}, kRate, Profile::balanced, std::nullopt));
}

const std::vector<StereoFrame>& second_of_noise() {
    static const std::vector<StereoFrame> noise = [] {
        std::vector<StereoFrame> frames(48000);
        for (std::size_t i = 0; i < frames.size(); ++i)
            frames[i] = test::noise_at(static_cast<std::int64_t>(i));
        return frames;
    }();
    return noise;
}

// A perfect card that costs a copy.
class LoopCard final : public Capture {
  public:
    CaptureRead read(std::span<StereoFrame> into, Time now) noexcept override {
        const std::int64_t heard =
            frames_in(now - Time{}, kRate).count / kPeriod.count * kPeriod.count;
        const auto& noise = second_of_noise();
        const auto at = static_cast<std::size_t>(taken_ % 48000);
        const std::size_t count =
            std::min({into.size(), noise.size() - at, static_cast<std::size_t>(heard - taken_)});
        std::copy_n(noise.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
        taken_ += static_cast<std::int64_t>(count);
        return {CaptureStatus::ok,
                count,
                count > 0,
                {Frames{taken_}, Time{duration_of(Frames{taken_}, kRate)}}};
    }
    std::size_t poll_descriptors(std::span<pollfd>) noexcept override { return 0; }
    Frames period() const noexcept override { return kPeriod; }

  private:
    std::int64_t taken_ = 0;
};

class NullLink final : public Link {
  public:
    LinkStatus send(std::span<const std::uint8_t> packet) noexcept override {
        benchmark::DoNotOptimize(packet.data());
        ++counters_.sent;
        return LinkStatus::ok;
    }
    LinkStatus flush() noexcept override { return LinkStatus::ok; }
    LinkCounters counters() const noexcept override { return counters_; }

  private:
    LinkCounters counters_;
};

void encode_alone(benchmark::State& state) {
    const SbcConfig config = sbc();
    SbcEncoder encoder(config);
    std::vector<std::uint8_t> out(config.frame_bytes());
    const auto sinks = state.range(0);
    for (auto _ : state)
        for (std::int64_t sink = 0; sink < sinks; ++sink)
            for (std::size_t at = 0; at + 128 <= 48000; at += 128)
                benchmark::DoNotOptimize(
                    encoder.encode(std::span(second_of_noise()).subspan(at, 128), out));
    state.SetLabel("one second of audio");
}
BENCHMARK(encode_alone)->ArgName("sinks")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

void engine_second(benchmark::State& state) {
    Engine engine(kRate);
    LoopCard card;
    (void)engine.exchange_capture(&card);
    std::vector<std::unique_ptr<Chain>> chains;
    for (std::int64_t sink = 0; sink < state.range(0); ++sink) {
        ChainSettings settings;
        settings.sbc = sbc();
        settings.frames_per_packet = 7;
        settings.guard = 6ms;
        settings.phase = Frames{384 * sink};
        settings.delay = Frames{state.range(2) * sink};
        settings.gain_db = state.range(1) == 0 ? 0 : -3;
        chains.push_back(std::make_unique<Chain>(settings, engine.history(), engine.frame_cache(),
                                                 std::make_unique<NullLink>()));
        (void)engine.exchange_chain(static_cast<std::size_t>(sink), chains.back().get());
    }
    Time now{};
    for (auto _ : state) {
        const Time end = now + 1s;
        while (now < end)
            now = std::max(engine.step(now), now + Duration{1});
    }
    state.SetLabel("one second of audio");
}
BENCHMARK(engine_second)
    ->ArgNames({"sinks", "gain", "delay"})
    ->Args({1, 0, 0})
    ->Args({2, 0, 0})
    ->Args({2, 0, 4321})
    ->Args({2, 1, 4321})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tandem

BENCHMARK_MAIN();
