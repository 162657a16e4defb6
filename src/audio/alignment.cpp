// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/alignment.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <complex>
#include <functional>
#include <numbers>
#include <numeric>

namespace tandem {
namespace {

using Spectrum = std::vector<std::complex<double>>;

// Radix 2, in place, decimation in time; the size is a power of two. Not scaled.
void transform(Spectrum& values, bool backwards) {
    const std::size_t size = values.size();
    for (std::size_t i = 1, j = 0; i < size; ++i) {
        std::size_t bit = size >> 1;
        for (; (j & bit) != 0; bit >>= 1)
            j ^= bit;
        j |= bit;
        if (i < j) std::swap(values[i], values[j]);
    }
    for (std::size_t span = 2; span <= size; span *= 2) {
        const double angle =
            (backwards ? 2.0 : -2.0) * std::numbers::pi / static_cast<double>(span);
        Spectrum turns(span / 2);
        for (std::size_t i = 0; i < turns.size(); ++i) {
            turns[i] = std::polar(1.0, angle * static_cast<double>(i));
        }
        for (std::size_t start = 0; start < size; start += span) {
            for (std::size_t i = 0; i < turns.size(); ++i) {
                const auto even = values[start + i];
                const auto odd = values[start + i + span / 2] * turns[i];
                values[start + i] = even + odd;
                values[start + i + span / 2] = even - odd;
            }
        }
    }
}

std::vector<double> differences(std::span<const float> samples) {
    std::vector<double> result(samples.size() - 1);
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = static_cast<double>(samples[i + 1]) - static_cast<double>(samples[i]);
    }
    return result;
}

std::vector<double> hann_window(std::size_t size) {
    std::vector<double> window(size);
    const double step = 2.0 * std::numbers::pi / static_cast<double>(size);
    for (std::size_t i = 0; i < size; ++i)
        window[i] = 0.5 - 0.5 * std::cos(step * (static_cast<double>(i) + 0.5));
    return window;
}

std::vector<double> product(std::vector<double> a, const std::vector<double>& b) {
    std::transform(a.begin(), a.end(), b.begin(), a.begin(), std::multiplies<>());
    return a;
}

double sum(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

// result[k] = sum over i of piece[i] * searched[i + k], for each place where the piece fits.
std::vector<double> correlate(const std::vector<double>& piece,
                              const std::vector<double>& searched) {
    const std::size_t size = std::bit_ceil(searched.size());
    Spectrum a(size);
    Spectrum b(size);
    std::copy(piece.begin(), piece.end(), a.begin());
    std::copy(searched.begin(), searched.end(), b.begin());
    transform(a, false);
    transform(b, false);
    for (std::size_t i = 0; i < size; ++i)
        a[i] = std::conj(a[i]) * b[i];
    transform(a, true);
    std::vector<double> result(searched.size() - piece.size() + 1);
    for (std::size_t k = 0; k < result.size(); ++k)
        result[k] = a[k].real() / static_cast<double>(size);
    return result;
}

// The correlation is band-limited as the signals are, so that between two of its values a windowed
// sinc is right where a parabola would lean to the nearer one.
double value_at(const std::vector<double>& values, double place) {
    constexpr int reach = 16;
    const auto centre = static_cast<int>(std::floor(place));
    double total = 0;
    double weights = 0;
    for (int i = centre - reach + 1; i <= centre + reach; ++i) {
        if (i < 0 || i >= static_cast<int>(values.size())) continue;
        const double x = place - i;
        const double arc = std::numbers::pi * x;
        const double sinc = std::abs(x) < 1e-9 ? 1.0 : std::sin(arc) / arc;
        const double weight = sinc * (0.5 + 0.5 * std::cos(arc / reach));
        total += weight * values[static_cast<std::size_t>(i)];
        weights += weight;
    }
    return total / weights;  // a ripple in the weights would pull the peak
}

double refine_peak(const std::vector<double>& values, std::size_t peak) {
    double low = static_cast<double>(peak) - 1;
    double high = static_cast<double>(peak) + 1;
    while (high - low > 1e-4) {
        const double third = (high - low) / 3;
        if (value_at(values, low + third) < value_at(values, high - third)) {
            low += third;
        } else {
            high -= third;
        }
    }
    return std::clamp((low + high) / 2, 0.0, static_cast<double>(values.size() - 1));
}

// The highest value beyond the hill of the peak: in sound that repeats itself, such as a held note,
// nearly as high as the peak.
double rival_of(const std::vector<double>& values, std::size_t peak) {
    std::size_t left = peak;
    while (left > 0 && values[left - 1] <= values[left])
        --left;
    std::size_t right = peak;
    while (right + 1 < values.size() && values[right + 1] <= values[right])
        ++right;
    double rival = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (i < left || i > right) rival = std::max(rival, values[i]);
    return rival;
}

}  // namespace

std::optional<Alignment> find_piece(std::span<const float> piece, std::span<const float> searched) {
    assert(piece.size() >= 2 && searched.size() >= piece.size());
    const std::vector<double> own = differences(piece);
    const std::vector<double> all = differences(searched);
    const std::vector<double> window = hann_window(own.size());
    const std::vector<double> weighted = product(window, own);
    const double energy = sum(product(weighted, own));
    const std::vector<double> energies = correlate(window, product(all, all));
    // Steps of less than a tenth of a 16 bit step, on average, are silence.
    const double silence = 1e-11 * static_cast<double>(own.size()) / 2;
    if (energy < silence) return std::nullopt;

    // Each place is judged by its own energy, or a loud passage would outdo the right one.
    std::vector<double> values = correlate(weighted, all);
    for (std::size_t k = 0; k < values.size(); ++k)
        values[k] = energies[k] < silence ? 0 : values[k] / std::sqrt(energy * energies[k]);
    const auto peak = std::max_element(values.begin(), values.end());
    if (*peak <= 0) return std::nullopt;
    const auto place = static_cast<std::size_t>(peak - values.begin());
    const double offset = refine_peak(values, place);
    return Alignment{offset, std::clamp(value_at(values, offset), 0.0, 1.0),
                     std::min(rival_of(values, place), 1.0)};
}

std::vector<float> to_mono(std::span<const StereoFrame> frames) {
    std::vector<float> mono(frames.size());
    std::transform(frames.begin(), frames.end(), mono.begin(), [](const StereoFrame& frame) {
        return static_cast<float>(frame.left + frame.right) / 65536.0F;
    });
    return mono;
}

}  // namespace tandem
