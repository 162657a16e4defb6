// SPDX-License-Identifier: GPL-3.0-or-later
// The only place that reads the clocks. Thread: any. Real-time safe: yes.
#pragma once

#include <chrono>
#include <ctime>

#include "tandem/base/units.hpp"

namespace tandem {

inline Time from_timespec(const timespec& value) noexcept {
    return Time{Duration{value.tv_sec * 1'000'000'000LL + value.tv_nsec}};
}

inline timespec to_timespec(Duration value) noexcept {
    // Both members are narrower than int64 on 32-bit machines; a second's nanoseconds always fit.
    return {static_cast<time_t>(value.count() / 1'000'000'000),
            static_cast<long>(value.count() % 1'000'000'000)};
}

inline Time now_monotonic() noexcept {
    timespec value{};
    clock_gettime(CLOCK_MONOTONIC, &value);
    return from_timespec(value);
}

// The time of day, which may jump: only for what outlives the process.
inline std::chrono::sys_seconds now_of_day() noexcept {
    timespec value{};
    clock_gettime(CLOCK_REALTIME, &value);
    return std::chrono::sys_seconds{std::chrono::seconds{value.tv_sec}};
}

}  // namespace tandem
