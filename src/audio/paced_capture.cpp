// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/paced_capture.hpp"

#include <algorithm>

namespace tandem {
namespace {

constexpr Duration kLongestPause = std::chrono::seconds{1};

// The frames that are complete after `elapsed`: rounded down, or a frame would be handed out
// before it exists.
Frames whole_frames(Duration elapsed, SampleRate rate) noexcept {
    const std::int64_t seconds = elapsed.count() / 1'000'000'000;
    const std::int64_t rest = elapsed.count() % 1'000'000'000;
    return Frames{seconds * rate.hz + rest * rate.hz / 1'000'000'000};
}

}  // namespace

PacedCapture::PacedCapture(std::unique_ptr<PacedSource> source, SampleRate rate,
                           Frames period) noexcept
    : source_(std::move(source)), rate_(rate), period_(period) {}

CaptureRead PacedCapture::read(std::span<StereoFrame> into, Time now) noexcept {
    if (!started_) {
        started_ = true;
        start_ = last_read_ = now;
    }
    const Duration pause = now - last_read_;
    last_read_ = std::max(last_read_, now);
    if (pause > kLongestPause) {
        restart(now);
        return {.status = CaptureStatus::restarted};
    }
    const Frames ready = ready_at(last_read_);
    CaptureRead result;
    if (ready > stamped_) {
        stamped_ = ready;
        result.stamped = true;
        result.stamp = {ready, start_ + duration_of(ready, rate_)};
    }
    result.frames = std::min(into.size(), static_cast<std::size_t>((ready - handed_).count));
    source_->copy(content_ + handed_, into.first(result.frames));
    handed_ = handed_ + Frames{static_cast<std::int64_t>(result.frames)};
    return result;
}

std::size_t PacedCapture::poll_descriptors(std::span<pollfd>) noexcept {
    return 0;
}

Frames PacedCapture::ready_at(Time now) const noexcept {
    return period_ * (whole_frames(now - start_, rate_).count / period_.count);
}

void PacedCapture::restart(Time now) noexcept {
    content_ += whole_frames(now - start_, rate_);
    start_ = now;
    handed_ = stamped_ = Frames{0};
}

}  // namespace tandem
