// SPDX-License-Identifier: GPL-3.0-or-later
// Units are types: a count of frames, a position in the stream and a moment in time do not mix.
// Every conversion between frames and time is here. Thread: any. Real-time safe: yes.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace tandem {

// A length of time, in nanoseconds.
using Duration = std::chrono::nanoseconds;

// CLOCK_MONOTONIC as a tag; only base/clock.hpp reads it.
struct MonotonicClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<MonotonicClock, Duration>;
    static constexpr bool is_steady = true;
};

// A moment of CLOCK_MONOTONIC.
using Time = MonotonicClock::time_point;

// A number of frames; one frame holds one sample of each channel.
struct Frames {
    std::int64_t count = 0;

    constexpr auto operator<=>(const Frames&) const = default;
    constexpr Frames operator+(Frames other) const { return {count + other.count}; }
    constexpr Frames operator-(Frames other) const { return {count - other.count}; }
    constexpr Frames operator-() const { return {-count}; }
    constexpr Frames operator*(std::int64_t factor) const { return {count * factor}; }
};

// A number of frames in steps of 1/65536 (0.3 ns at 48 kHz), for delays, which need not be whole.
// Fixed point, so that sums of a million of them stay exact.
struct FineFrames {
    static constexpr std::int64_t kPerFrame = 65536;
    std::int64_t count = 0;  // of 1/65536 frame

    constexpr FineFrames() = default;
    constexpr FineFrames(Frames frames) : count(frames.count * kPerFrame) {}  // nothing is lost
    static constexpr FineFrames of_count(std::int64_t count) {
        FineFrames fine;
        fine.count = count;
        return fine;
    }

    constexpr auto operator<=>(const FineFrames&) const = default;
    constexpr FineFrames operator+(FineFrames other) const { return of_count(count + other.count); }
    constexpr FineFrames operator-(FineFrames other) const { return of_count(count - other.count); }
    constexpr FineFrames operator*(std::int64_t factor) const { return of_count(count * factor); }
    [[nodiscard]] constexpr bool is_whole() const { return count % kPerFrame == 0; }
    // Rounded up to a whole number.
    [[nodiscard]] constexpr Frames rounded_up() const {
        return {count / kPerFrame + (count % kPerFrame > 0 ? 1 : 0)};
    }
};

// A position in the stream: frames since its start.
struct Position {
    std::int64_t frames = 0;

    constexpr auto operator<=>(const Position&) const = default;
    constexpr Position operator+(Frames distance) const { return {frames + distance.count}; }
    constexpr Position operator-(Frames distance) const { return {frames - distance.count}; }
    constexpr Frames operator-(Position other) const { return {frames - other.frames}; }
    constexpr Position& operator+=(Frames distance) {
        frames += distance.count;
        return *this;
    }
};

// Nominal frames per second, 8000 to 192000.
struct SampleRate {
    std::int32_t hz = 48000;
    constexpr bool operator==(const SampleRate&) const = default;
};

// The nominal duration of `frames`, rounded down to a nanosecond. Splits off whole seconds first,
// so that it cannot overflow in streams shorter than 290 years.
constexpr Duration duration_of(Frames frames, SampleRate rate) {
    const std::int64_t seconds = frames.count / rate.hz;
    const std::int64_t rest = frames.count % rate.hz;
    return Duration{seconds * 1'000'000'000 + rest * 1'000'000'000 / rate.hz};
}

// What duration_of() rounds off: from 0 to less than a nanosecond, for frames >= 0.
constexpr double cut_off_ns(Frames frames, SampleRate rate) {
    const std::int64_t rest = frames.count % rate.hz * 1'000'000'000 % rate.hz;
    return static_cast<double>(rest) / rate.hz;
}

// The nearest whole number of nominal frames in `duration`.
constexpr Frames frames_in(Duration duration, SampleRate rate) {
    const std::int64_t seconds = duration.count() / 1'000'000'000;
    const std::int64_t rest = duration.count() % 1'000'000'000;
    const std::int64_t scaled = rest * rate.hz;
    const std::int64_t half = scaled >= 0 ? 500'000'000 : -500'000'000;
    return Frames{seconds * rate.hz + (scaled + half) / 1'000'000'000};
}

// Milliseconds as a floating-point number: for configuration, log and status only.
constexpr double to_ms(Duration duration) {
    return static_cast<double>(duration.count()) / 1e6;
}
constexpr double to_ms(FineFrames frames, SampleRate rate) {
    return static_cast<double>(frames.count) * 1e3 /
           (static_cast<double>(FineFrames::kPerFrame) * rate.hz);
}
constexpr Duration from_ms(double ms) {
    return Duration{static_cast<std::int64_t>(ms * 1e6 + (ms >= 0 ? 0.5 : -0.5))};
}

}  // namespace tandem
