// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "tandem/audio/alignment.hpp"

namespace tandem::demo {
namespace {

constexpr std::size_t kWindow = 16384;
constexpr double kHop = 0.1;          // s
constexpr double kReach = 0.05;       // s, to both sides
constexpr double kCoarseReach = 0.5;  // s
constexpr double kAlike = 0.8;        // below this, a window says nothing
// A held note looks almost the same one of its periods later. Where no place is better than all
// others by this much, a window says nothing either.
constexpr double kDistinct = 0.03;
constexpr double kLoud = 0.004;     // RMS of full scale: -48 dBFS
constexpr double kSilent = 0.0001;  // -80 dBFS

using Samples = std::vector<float>;

double rms(std::span<const float> samples) {
    double sum = 0;
    for (const float sample : samples)
        sum += static_cast<double>(sample) * sample;
    return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(1, samples.size())));
}

Percentiles percentiles(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto at = [&](double part) {
        return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
    };
    return {at(0.01), at(0.5), at(0.99)};
}

bool is_distinct(const Alignment& found) {
    return found.correlation - found.rival >= kDistinct;
}

// How many samples later the piece of `from` at `at` lies in `in`, near `near`.
std::optional<Alignment> shift_at(const Samples& from, const Samples& in, std::size_t at,
                                  double near, std::size_t reach) {
    const auto first =
        static_cast<std::int64_t>(at) + std::llround(near) - static_cast<std::int64_t>(reach);
    if (first < 0 || at + kWindow > from.size()) return std::nullopt;
    const auto start = static_cast<std::size_t>(first);
    if (start + kWindow + 2 * reach > in.size()) return std::nullopt;
    auto found = find_piece(std::span(from).subspan(at, kWindow),
                            std::span(in).subspan(start, kWindow + 2 * reach));
    if (found) found->offset += static_cast<double>(first) - static_cast<double>(at);
    return found;
}

// The shift at the place, of a few in the recording, that fits best.
double coarse_shift(const Samples& left, const Samples& right, double rate) {
    Alignment best;
    for (int part = 1; part < 8; ++part) {
        const std::size_t at = left.size() / 8 * static_cast<std::size_t>(part);
        const auto found =
            shift_at(left, right, at, 0, static_cast<std::size_t>(kCoarseReach * rate));
        if (found && found->correlation > best.correlation) best = *found;
    }
    return best.offset;
}

struct Sounding {
    std::size_t from = 0;
    std::size_t to = 0;
};

Sounding sounding_part(const Samples& samples, std::size_t block) {
    Sounding part{samples.size(), 0};
    for (std::size_t at = 0; at + block <= samples.size(); at += block) {
        if (rms(std::span(samples).subspan(at, block)) < kSilent) continue;
        part.from = std::min(part.from, at);
        part.to = at + block;
    }
    return part;
}

void count_gaps(const Samples& one, const Samples& other, std::size_t from, std::size_t to,
                std::size_t block, int& gaps, double& silent_blocks) {
    bool in_gap = false;
    for (std::size_t at = from; at + block <= to; at += block) {
        const bool gap = rms(std::span(one).subspan(at, block)) < kSilent &&
                         rms(std::span(other).subspan(at, block)) > kLoud;
        gaps += gap && !in_gap;
        silent_blocks += gap;
        in_gap = gap;
    }
}

}  // namespace

Comparison compare(const WavAudio& left_audio, const WavAudio& right_audio) {
    if (left_audio.rate != right_audio.rate)
        throw std::runtime_error("the two recordings differ in their sample rate");
    const double rate = left_audio.rate.hz;
    const Samples left = to_mono(left_audio.frames);
    const Samples right = to_mono(right_audio.frames);
    const auto block = static_cast<std::size_t>(0.005 * rate);
    const Sounding a = sounding_part(left, block);
    const Sounding b = sounding_part(right, block);
    const std::size_t from = std::max(a.from, b.from);
    const std::size_t to = std::min(a.to, b.to);
    if (from >= to) throw std::runtime_error("the two recordings never sound at the same time");

    Comparison result;
    result.begin_s = static_cast<double>(from) / rate;
    result.end_s = static_cast<double>(to) / rate;
    const double near = coarse_shift(left, right, rate);
    std::vector<double> skews;
    std::vector<double> likeness;
    for (std::size_t at = from; at + kWindow <= to; at += static_cast<std::size_t>(kHop * rate)) {
        const auto found = shift_at(left, right, at, near, static_cast<std::size_t>(kReach * rate));
        if (!found) continue;
        likeness.push_back(found->correlation);
        ++result.windows;
        if (found->correlation < kAlike || !is_distinct(*found)) continue;
        skews.push_back(found->offset / rate * 1e3);
        result.skew.push_back({(static_cast<double>(at) + kWindow / 2.0) / rate, skews.back()});
    }
    if (skews.empty())
        throw std::runtime_error("the two recordings have nothing in common to compare");
    result.skew_ms = percentiles(std::move(skews));
    result.alike = percentiles(std::move(likeness)).median;
    count_gaps(left, right, from, to, block, result.gaps_left, result.silent_left_ms);
    count_gaps(right, left, from, to, block, result.gaps_right, result.silent_right_ms);
    result.silent_left_ms *= 5;
    result.silent_right_ms *= 5;
    return result;
}

Continuity follow_input(const WavAudio& output_audio, const WavAudio& input_audio) {
    if (output_audio.rate != input_audio.rate)
        throw std::runtime_error("the input and the recordings differ in their sample rate");
    const Samples output = to_mono(output_audio.frames);
    Samples input = to_mono(input_audio.frames);
    const double rate = input_audio.rate.hz;
    const auto step = static_cast<std::size_t>(5 * kHop * rate);
    const auto block = static_cast<std::size_t>(0.005 * rate);
    const Sounding part = sounding_part(output, block);
    // Once around and a half, for windows that lie across the seam.
    while (input.size() < output.size() + 2 * kWindow)
        input.insert(input.end(), input.begin(),
                     input.begin() + static_cast<std::ptrdiff_t>(input_audio.frames.size()));
    Continuity result;
    std::vector<double> likeness;
    std::optional<double> offset;
    for (std::size_t at = part.from + step; at + kWindow + step <= part.to; at += step) {
        const auto piece = std::span(output).subspan(at, kWindow);
        std::optional<Alignment> found;
        if (offset) {
            found = shift_at(output, input, at, *offset, static_cast<std::size_t>(kReach * rate));
        } else {
            found = find_piece(piece, input);
            if (found) found->offset -= static_cast<double>(at);
        }
        if (!found) continue;
        likeness.push_back(found->correlation);
        if (found->correlation < kAlike) {
            result.jumps += offset.has_value();
            offset.reset();
            continue;
        }
        if (!is_distinct(*found)) continue;
        if (offset && std::abs(found->offset - *offset) > 0.001 * rate) ++result.jumps;
        offset = found->offset;
    }
    if (!likeness.empty()) result.alike = percentiles(std::move(likeness)).median;
    return result;
}

}  // namespace tandem::demo
