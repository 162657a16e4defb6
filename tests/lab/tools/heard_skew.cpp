// SPDX-License-Identifier: GPL-3.0-or-later
#include "heard_skew.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "locate.hpp"
#include "statistics.hpp"

namespace lab {

namespace {
constexpr double kFarthest_s = 0.7;
constexpr double kWindow_s = 0.5;
constexpr double kHop_s = 0.25;
// While one speaker bends its rate by 0.4 % half a second does not correlate; this does, at a
// quarter of the rate.
constexpr double kGlance_s = 0.03;
constexpr int kCoarse = 4;
constexpr double kFound = 0.5;
constexpr double kGlanced = 0.4;
constexpr double kQuiet = 200;  // rms; the noise has 4000
constexpr int kNear = 4;        // samples that a window may differ from the last one

using Channel = std::vector<std::int16_t>;

Channel channel_of(const Sound& room, int channel) {
    Channel samples(static_cast<std::size_t>(room.frames()));
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] = room.samples[i * static_cast<std::size_t>(room.channels) +
                                  static_cast<std::size_t>(channel)];
    return samples;
}

double rms(std::span<const std::int16_t> samples) {
    std::int64_t sum = 0;
    for (const std::int16_t sample : samples)
        sum += std::int64_t{sample} * sample;
    return std::sqrt(static_cast<double>(sum) / static_cast<double>(samples.size()));
}

// Normalised, -1..1.
double correlation(std::span<const std::int16_t> one, std::span<const std::int16_t> other) {
    std::int64_t xy = 0;
    std::int64_t xx = 1;
    std::int64_t yy = 1;
    for (std::size_t i = 0; i < one.size(); ++i) {
        xy += std::int64_t{one[i]} * other[i];
        xx += std::int64_t{one[i]} * one[i];
        yy += std::int64_t{other[i]} * other[i];
    }
    return static_cast<double>(xy) / std::sqrt(static_cast<double>(xx) * static_cast<double>(yy));
}

std::vector<float> coarse(std::span<const std::int16_t> samples) {
    std::vector<float> means(samples.size() / kCoarse);
    for (std::size_t i = 0; i < means.size(); ++i)
        for (std::size_t n = 0; n < kCoarse; ++n)
            means[i] += static_cast<float>(samples[i * kCoarse + n]);
    return means;
}

class Pair {
  public:
    Pair(const Sound& room, int one, int other)
        : rate_{static_cast<double>(room.rate)},
          one_{channel_of(room, one)},
          other_{channel_of(room, other)} {}

    [[nodiscard]] double seconds() const { return static_cast<double>(one_.size()) / rate_; }

    std::optional<double> skew_ms(double middle_s) {
        if (rms(part(one_, middle_s, kWindow_s)) < kQuiet ||
            rms(part(other_, middle_s, kWindow_s)) < kQuiet)
            return std::nullopt;
        if (lag_)
            if (const auto lag = around(middle_s, *lag_)) return in_ms(*lag);
        const auto seen = glance(middle_s);
        if (!seen) return std::nullopt;
        lag_ = *seen;
        return in_ms(around(middle_s, *seen).value_or(static_cast<double>(*seen)));
    }

  private:
    [[nodiscard]] std::size_t samples(double s) const {
        return static_cast<std::size_t>(std::llround(s * rate_));
    }
    [[nodiscard]] std::span<const std::int16_t> part(const Channel& channel, double middle_s,
                                                     double width_s) const {
        return std::span{channel}.subspan(samples(middle_s - width_s / 2), samples(width_s));
    }
    [[nodiscard]] double in_ms(double lag) const { return lag / rate_ * 1e3; }

    // The peak near a lag, between samples by the parabola through the three highest.
    std::optional<double> around(double middle_s, std::int64_t guess) {
        const auto needle = part(one_, middle_s, kWindow_s);
        const auto begin = static_cast<std::int64_t>(samples(middle_s - kWindow_s / 2));
        std::vector<double> values;
        for (std::int64_t lag = guess - kNear; lag <= guess + kNear; ++lag) {
            const std::int64_t at = begin + lag;
            if (at < 0 || at + std::ssize(needle) > std::ssize(other_)) return std::nullopt;
            values.push_back(correlation(
                needle, std::span{other_}.subspan(static_cast<std::size_t>(at), needle.size())));
        }
        const auto best = std::ranges::max_element(values) - values.begin();
        if (values[static_cast<std::size_t>(best)] < kFound || best == 0 ||
            best + 1 == std::ssize(values))
            return std::nullopt;
        lag_ = guess - kNear + best;
        const double left = values[static_cast<std::size_t>(best) - 1];
        const double peak = values[static_cast<std::size_t>(best)];
        const double right = values[static_cast<std::size_t>(best) + 1];
        return static_cast<double>(*lag_) + (left - right) / (2 * (left - 2 * peak + right));
    }

    // Anywhere, by a short stretch from the middle.
    [[nodiscard]] std::optional<std::int64_t> glance(double middle_s) const {
        const double reach = 2 * kFarthest_s + kGlance_s;
        const auto hay = coarse(part(other_, middle_s, reach));
        const auto needle = coarse(part(one_, middle_s, kGlance_s));
        const auto at = find_in(hay, needle, kGlanced);
        if (!at) return std::nullopt;
        return *at * kCoarse - static_cast<std::int64_t>(samples(kFarthest_s));
    }

    double rate_;
    Channel one_;
    Channel other_;
    std::optional<std::int64_t> lag_;
};

}  // namespace

std::vector<SkewWindow> heard_windows(const Sound& room, int one, int other) {
    Pair pair{room, one, other};
    std::vector<SkewWindow> windows;
    const double edge = kFarthest_s + kGlance_s;
    for (double at = edge; at < pair.seconds() - edge; at += kHop_s)
        windows.push_back({at, pair.skew_ms(at)});
    return windows;
}

namespace {
std::vector<double> between(const std::vector<SkewWindow>& windows, double from, double to) {
    std::vector<double> found;
    for (const SkewWindow& window : windows)
        if (window.skew_ms && window.at_s >= from && window.at_s < to)
            found.push_back(*window.skew_ms);
    return found;
}
}  // namespace

Figures heard_figures(const std::vector<SkewWindow>& windows) {
    const auto found = between(windows, 0, 1e9);
    Figures figures{{"windows", static_cast<double>(found.size())},
                    {"windows_unmatched", static_cast<double>(windows.size() - found.size())}};
    if (found.empty()) return figures;
    figures.emplace_back("skew_p1_ms", percentile(found, 0.01));
    figures.emplace_back("skew_median_ms", percentile(found, 0.5));
    figures.emplace_back("skew_p99_ms", percentile(found, 0.99));
    return figures;
}

Figures heard_change(const std::vector<SkewWindow>& windows, const RoomEvent& event) {
    constexpr double kSettles_s = 3;
    const auto before = between(windows, event.from_s - kSettles_s, event.from_s - kWindow_s / 2);
    const auto after = between(windows, event.to_s + kSettles_s - kWindow_s / 2,
                               event.to_s + kSettles_s + kWindow_s + kHop_s);
    Figures figures;
    if (!before.empty()) figures.emplace_back("before_ms", percentile(before, 0.5));
    if (!after.empty()) figures.emplace_back("after_ms", percentile(after, 0.5));
    if (before.empty() || after.empty()) return figures;
    const double change = percentile(after, 0.5) - percentile(before, 0.5);
    figures.emplace_back("change_ms", change);
    figures.emplace_back("moved_ms", std::abs(change));
    return figures;
}

Figures heard_gaps(const Sound& room, int channel, const RoomEvent& event) {
    constexpr double kBefore_s = 0.5;
    constexpr double kAfter_s = 3;
    constexpr double kStretch_ms = 5;
    const Channel samples = channel_of(room, channel);
    const auto width = static_cast<std::int64_t>(room.rate * kStretch_ms / 1e3);
    const std::int64_t end = std::min(std::llround((event.to_s + kAfter_s) * room.rate),
                                      static_cast<long long>(samples.size())) -
                             width;
    int silent = 0;
    int run = 0;
    int longest = 0;
    const std::int64_t begin = std::max(0LL, std::llround((event.from_s - kBefore_s) * room.rate));
    for (std::int64_t at = begin; at <= end; at += width) {
        const auto stretch = std::span{samples}.subspan(static_cast<std::size_t>(at),
                                                        static_cast<std::size_t>(width));
        run = rms(stretch) < kQuiet ? run + 1 : 0;
        silent += run > 0 ? 1 : 0;
        longest = std::max(longest, run);
    }
    return {{"longest_gap_ms", longest * kStretch_ms}, {"silent_ms", silent * kStretch_ms}};
}

}  // namespace lab
