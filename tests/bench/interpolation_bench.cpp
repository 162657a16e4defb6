// SPDX-License-Identifier: GPL-3.0-or-later
// The delay line's interpolator beside zita-resampler's VResampler, which is made for slewing: what
// both are off on a sine that is read 0.2 % faster, and what they cost.
#include <benchmark/benchmark.h>
#include <zita-resampler/vresampler.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "tandem/audio/sinc_interpolator.hpp"

namespace tandem {
namespace {

constexpr double kStep = 1 + 131.0 / 65536;  // of the place that is read, a frame
constexpr std::size_t kFrames = 48000;

// Left the cosine, right the sine, at 16 bit; `cycles` a frame.
std::vector<StereoFrame> sine(double cycles) {
    std::vector<StereoFrame> frames(kFrames + 1000);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const double turn = 2 * std::numbers::pi * cycles * static_cast<double>(i);
        frames[i] = {static_cast<std::int16_t>(std::lround(32000 * std::cos(turn))),
                     static_cast<std::int16_t>(std::lround(32000 * std::sin(turn)))};
    }
    return frames;
}

using Signal = std::vector<std::complex<double>>;

Signal by_sinc(const std::vector<StereoFrame>& in) {
    const SincInterpolator interpolator;
    Signal out(kFrames - 200);
    double place = 0;
    for (auto& value : out) {
        const auto whole = static_cast<std::size_t>(place);
        const StereoSample sample =
            interpolator.at(std::span(in).subspan(whole).first<SincInterpolator::kTaps>(),
                            place - static_cast<double>(whole));
        value = {sample.left, sample.right};
        place += kStep;
    }
    return out;
}

Signal by_vresampler(const std::vector<StereoFrame>& in, unsigned half_length) {
    VResampler resampler;
    resampler.setup(1 / kStep, 2, half_length);
    std::vector<float> from;
    for (const StereoFrame& frame : in) {
        from.push_back(frame.left);
        from.push_back(frame.right);
    }
    std::vector<float> to(2 * (kFrames - 200));
    resampler.inp_count = static_cast<unsigned>(in.size());
    resampler.inp_data = from.data();
    resampler.out_count = static_cast<unsigned>(kFrames - 200);
    resampler.out_data = to.data();
    resampler.process();
    Signal out;
    for (std::size_t i = 0; i < to.size(); i += 2)
        out.emplace_back(to[i], to[i + 1]);
    return out;
}

// How far the signal's middle is from the sine of the pitch that is due, by its least-squares fit;
// and the gain of that fit. Both in decibels.
struct Fit {
    double error_db = 0;
    double gain_db = 0;
};
Fit fit(const Signal& signal, double cycles) {
    const double turn = 2 * std::numbers::pi * cycles * kStep;
    const auto middle = std::span(signal).subspan(1000, kFrames - 2200);
    std::complex<double> sum{};
    for (std::size_t i = 0; i < middle.size(); ++i)
        sum += middle[i] * std::polar(1.0, -turn * static_cast<double>(i));
    const auto amplitude = sum / static_cast<double>(middle.size());
    double squares = 0;
    for (std::size_t i = 0; i < middle.size(); ++i)
        squares +=
            std::norm(middle[i] - amplitude * std::polar(1.0, turn * static_cast<double>(i)));
    const double rms = std::sqrt(squares / static_cast<double>(middle.size()));
    return {20 * std::log10(rms / 32000), 20 * std::log10(std::abs(amplitude) / 32000)};
}

template <typename Resample>
void compare(benchmark::State& state, const Resample& resample) {
    const double cycles = static_cast<double>(state.range(0)) / 48000;
    const auto in = sine(cycles);
    Signal out;
    for (auto _ : state)
        out = resample(in);
    const Fit found = fit(out, cycles);
    state.counters["error_dB"] = found.error_db;
    state.counters["gain_dB"] = found.gain_db;
    state.counters["ns_per_frame"] = benchmark::Counter(
        static_cast<double>(out.size()) * 1e-9,
        benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void frequencies(benchmark::internal::Benchmark* bench) {
    for (const int hz : {1000, 10'000, 16'000, 19'000, 20'000})
        bench->Arg(hz);
    bench->ArgName("Hz")->Unit(benchmark::kMillisecond);
}

void sinc_interpolator(benchmark::State& state) {
    compare(state, by_sinc);
}
BENCHMARK(sinc_interpolator)->Apply(frequencies);

// Half lengths of 16 (as many taps as ours) and 32 (its documentation's usual choice).
template <unsigned half_length>
void vresampler(benchmark::State& state) {
    compare(state, [](const auto& in) { return by_vresampler(in, half_length); });
}
BENCHMARK(vresampler<16>)->Apply(frequencies);
BENCHMARK(vresampler<32>)->Apply(frequencies);

}  // namespace
}  // namespace tandem
