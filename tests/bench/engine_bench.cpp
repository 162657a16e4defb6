// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's cost per second of audio, beside what libsbc alone takes for the same frames.
// Virtual time: nothing waits, so this is CPU time of the flow itself, without system calls. The
// time shown is that of one second of audio.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <memory>
#include <utility>
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
        return LinkStatus::sent;
    }
    bool ready(std::size_t) noexcept override { return true; }
    LinkCounters counters() const noexcept override { return counters_; }

  private:
    LinkCounters counters_;
};

// CPU time of this thread, in seconds.
double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// libsbc alone, for a second of as many different streams.
class Encoders {
  public:
    explicit Encoders(std::int64_t streams) {
        for (std::int64_t i = 0; i < streams; ++i)
            encoders_.push_back(std::make_unique<SbcEncoder>(sbc()));
    }
    void encode_second() {
        for (auto& encoder : encoders_)
            for (std::size_t at = 0; at + 128 <= 48000; at += 128)
                benchmark::DoNotOptimize(
                    encoder->encode(std::span(second_of_noise()).subspan(at, 128), out_));
    }

  private:
    std::vector<std::unique_ptr<SbcEncoder>> encoders_;
    std::vector<std::uint8_t> out_ = std::vector<std::uint8_t>(sbc().frame_bytes());
};

class World {
  public:
    World(std::int64_t sinks, Frames apart, double gain_db) {
        (void)engine.exchange_capture(&card_);
        for (std::int64_t sink = 0; sink < sinks; ++sink) {
            ChainSettings settings;
            settings.sbc = sbc();
            settings.frames_per_packet = 8;
            settings.guard = 6ms;
            settings.phase = Frames{512 * sink};
            settings.delay = apart * sink;
            settings.gain_db = gain_db;
            chains_.push_back(std::make_unique<Chain>(
                settings, engine.history(), engine.frame_cache(), std::make_unique<NullLink>()));
            (void)engine.exchange_chain(static_cast<std::size_t>(sink), chains_.back().get());
        }
    }
    void play_second() {
        const Time end = now_ + 1s;
        while (now_ < end)
            now_ = std::max(engine.step(now_), now_ + Duration{1});
    }
    Engine engine{kRate};

  private:
    LoopCard card_;
    std::vector<std::unique_ptr<Chain>> chains_;
    Time now_{};
};

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// Whole seconds of the engine and of libsbc in turn, so that both meet the same machine. Fails when
// the middle one of the seconds costs more than `most` times what libsbc takes: what else the
// machine does spoils some of them.
template <typename Prepare>
void compare(benchmark::State& state, World& world, std::int64_t streams, double most,
             const Prepare& prepare) {
    Encoders encoders(streams);
    world.play_second();
    encoders.encode_second();
    std::vector<double> times;
    for (auto _ : state) {
        prepare(world.engine);
        const double start = cpu_seconds();
        world.play_second();
        const double between = cpu_seconds();
        encoders.encode_second();
        times.push_back((between - start) / (cpu_seconds() - between));
        state.SetIterationTime(between - start);
    }
    const double usual = median(std::move(times));
    state.counters["times_libsbc"] = usual;
    if (usual > most) state.SkipWithError("the engine costs too much beside libsbc");
}

// Where each sink has its own frames encoded; and where one encoding serves two sinks, whose
// packets have to be made all the same.
constexpr double kMostTimesLibsbc = 2;
constexpr double kMostTimesLibsbcShared = 2.5;

void in_milliseconds(benchmark::internal::Benchmark* bench) {
    bench->UseManualTime()->Unit(benchmark::kMillisecond);
}

// Sinks that need the same frames: libsbc encodes them once.
void at_rest_alike(benchmark::State& state) {
    World world(state.range(0), Frames{0}, 0);
    const double most = state.range(0) == 1 ? kMostTimesLibsbc : kMostTimesLibsbcShared;
    compare(state, world, 1, most, [](Engine&) {});
}
BENCHMARK(at_rest_alike)->ArgName("sinks")->Arg(1)->Arg(2)->Apply(in_milliseconds);

void at_rest_apart(benchmark::State& state) {
    World world(state.range(0), Frames{4321}, static_cast<double>(state.range(1)));
    compare(state, world, state.range(0), kMostTimesLibsbc, [](Engine&) {});
}
BENCHMARK(at_rest_apart)
    ->ArgNames({"sinks", "gain_db"})
    ->Args({2, 0})
    ->Args({2, -3})
    ->Apply(in_milliseconds);

// One of two sinks on its way, all the time; no bound: a change of 20 ms is over after 10 s.
void slewing(benchmark::State& state) {
    World world(2, Frames{2000}, 0);
    std::int64_t way = 1;
    compare(state, world, 2, std::numeric_limits<double>::infinity(), [&way](Engine& engine) {
        way = -way;
        engine.chain(1)->set_delay(Frames{2000 + 400 * way});
    });
}
BENCHMARK(slewing)->Apply(in_milliseconds);

}  // namespace
}  // namespace tandem

BENCHMARK_MAIN();
