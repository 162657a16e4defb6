// SPDX-License-Identifier: GPL-3.0-or-later
#include "locate.hpp"

#include <fftw3.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>

namespace lab {

namespace {

// A speaker with one channel of two correlates with the mix by 0.7, SBC's own noise takes a little
// more; two unrelated stretches of 500 frames and more stay below 0.25.
constexpr double kFound = 0.5;

struct Free {
    void operator()(fftwf_complex* data) const { fftwf_free(data); }
};
using Spectrum = std::unique_ptr<fftwf_complex[], Free>;

Spectrum transform(std::span<const float> signal, std::size_t size) {
    Spectrum data{fftwf_alloc_complex(size)};
    for (std::size_t i = 0; i < size; ++i) {
        data[i][0] = i < signal.size() ? signal[i] : 0.0F;
        data[i][1] = 0.0F;
    }
    fftwf_plan plan = fftwf_plan_dft_1d(static_cast<int>(size), data.get(), data.get(),
                                        FFTW_FORWARD, FFTW_ESTIMATE);
    fftwf_execute(plan);
    fftwf_destroy_plan(plan);
    return data;
}

// Where the needle fits best into the hay: the peak of their circular cross-correlation.
std::size_t best_fit(std::span<const float> hay, std::span<const float> needle) {
    const std::size_t size = std::bit_ceil(hay.size() + needle.size());
    Spectrum product = transform(hay, size);
    const Spectrum other = transform(needle, size);
    for (std::size_t i = 0; i < size; ++i) {
        const float real = product[i][0] * other[i][0] + product[i][1] * other[i][1];
        product[i][1] = product[i][1] * other[i][0] - product[i][0] * other[i][1];
        product[i][0] = real;
    }
    fftwf_plan plan = fftwf_plan_dft_1d(static_cast<int>(size), product.get(), product.get(),
                                        FFTW_BACKWARD, FFTW_ESTIMATE);
    fftwf_execute(plan);
    fftwf_destroy_plan(plan);
    std::size_t best = 0;
    for (std::size_t i = 1; i < hay.size(); ++i) {
        if (product[i][0] > product[best][0]) best = i;
    }
    return best;
}

}  // namespace

std::optional<std::int64_t> find_in(std::span<const float> hay, std::span<const float> needle,
                                    double found) {
    const std::size_t at = best_fit(hay, needle);
    if (at + needle.size() > hay.size()) return std::nullopt;
    double xy = 0;
    double xx = 1e-9;
    double yy = 1e-9;
    for (std::size_t i = 0; i < needle.size(); ++i) {
        xy += double{needle[i]} * hay[at + i];
        xx += double{needle[i]} * needle[i];
        yy += double{hay[at + i]} * hay[at + i];
    }
    if (xy < found * std::sqrt(xx * yy)) return std::nullopt;
    return static_cast<std::int64_t>(at);
}

Locator::Locator(const Sound& played) {
    mix_.reserve(played.samples.size() / 2);
    double sum = 0;
    for (std::size_t i = 0; i + 1 < played.samples.size(); i += 2) {
        mix_.push_back(static_cast<float>(played.samples[i] + played.samples[i + 1]));
        sum += double{mix_.back()} * mix_.back();
    }
    rms_ = mix_.empty() ? 0 : std::sqrt(sum / static_cast<double>(mix_.size()));
}

// Normalised, -1..1; what lies outside the noise counts as silence.
double Locator::correlation(std::span<const float> stretch, std::int64_t at) const {
    double xy = 0;
    double xx = 1e-9;
    double yy = 1e-9;
    const std::int64_t size = static_cast<std::int64_t>(stretch.size());
    const std::int64_t begin = std::max<std::int64_t>(0, -at);
    const std::int64_t end = std::min(size, frames() - at);
    for (std::int64_t i = begin; i < end; ++i) {
        const double x = stretch[static_cast<std::size_t>(i)];
        const double y = mix_[static_cast<std::size_t>(at + i)];
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    return end - begin < size / 2 ? 0 : xy / std::sqrt(xx * yy);
}

std::optional<std::int64_t> Locator::near(std::span<const float> stretch, std::int64_t guess,
                                          std::int64_t reach) const {
    double best = kFound;
    std::optional<std::int64_t> found;
    for (std::int64_t step = 0; step <= 2 * reach;
         ++step) {  // guess, guess + 1, guess - 1, guess + 2, ...
        const std::int64_t at = guess + (step % 2 == 0 ? -step / 2 : (step + 1) / 2);
        const double value = correlation(stretch, at);
        constexpr double kCertain =
            0.85;  // white noise: the frames beside it do not correlate at all
        if (value > kCertain) return at;
        if (value > best) {
            best = value;
            found = at;
        }
    }
    return found;
}

std::optional<std::int64_t> Locator::between(std::span<const float> stretch, std::int64_t first,
                                             std::int64_t last) const {
    first = std::clamp<std::int64_t>(first, 0, frames());
    last =
        std::clamp<std::int64_t>(last + static_cast<std::int64_t>(stretch.size()), first, frames());
    if (last - first < static_cast<std::int64_t>(stretch.size())) return std::nullopt;
    const auto hay = std::span{mix_}.subspan(static_cast<std::size_t>(first),
                                             static_cast<std::size_t>(last - first));
    const std::int64_t at = first + static_cast<std::int64_t>(best_fit(hay, stretch));
    if (correlation(stretch, at) < kFound) return std::nullopt;
    return at;
}

}  // namespace lab
