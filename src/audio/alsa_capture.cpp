// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/alsa_capture.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>

namespace tandem {

AlsaCapture::AlsaCapture(std::unique_ptr<PcmDevice> device, const PcmShape& shape)
    : device_(std::move(device)),
      shape_(shape),
      raw_(static_cast<std::size_t>(shape.buffer.count) * bytes_of(shape.format) *
           channels_of(shape.channels)) {}

CaptureRead AlsaCapture::read(std::span<StereoFrame> into, Time now) noexcept {
    PcmObservation seen;
    if (const int error = device_->observe(seen); error < 0) return {.status = recover(error)};
    CaptureRead result;
    take_stamp(seen, now, result);
    const long count = read_frames(into);
    if (count < 0) return {.status = recover(static_cast<int>(count))};
    result.frames = static_cast<std::size_t>(count);
    taken_ = taken_ + Frames{count};
    // An error here is met again by the next read; what was read now is good.
    if (device_->observe(seen) == 0) {
        captured_ = taken_ + seen.available;
        stamped_ = seen.time;
    }
    return result;
}

std::size_t AlsaCapture::poll_descriptors(std::span<pollfd> into) noexcept {
    return device_->poll_descriptors(into);
}

void AlsaCapture::take_stamp(const PcmObservation& seen, Time now, CaptureRead& result) noexcept {
    const Frames captured = taken_ + seen.available;
    if (captured == captured_) return;
    const bool unstamped_device = seen.time == Time{};
    // The driver writes the pointer first and the time after it: a moved pointer under the same
    // time was looked at in between.
    if (!unstamped_device && seen.time == stamped_) return;
    result.stamped = true;
    result.stamp = {captured, unstamped_device ? now : seen.time};
}

// Frames read, 0 when there are none yet, or an error.
long AlsaCapture::read_frames(std::span<StereoFrame> into) noexcept {
    const std::size_t room = std::min(into.size(), static_cast<std::size_t>(shape_.buffer.count));
    if (room == 0) return 0;
    const bool as_is = std::endian::native == std::endian::little &&
                       shape_.format == SampleFormat::s16le &&
                       shape_.channels == ChannelLayout::stereo;
    const long count =
        device_->read(as_is ? reinterpret_cast<std::uint8_t*>(into.data()) : raw_.data(), room);
    if (count == -EAGAIN || count == -EINTR) return 0;
    if (count > 0 && !as_is) {
        convert_frames(raw_, shape_.format, shape_.channels, dither_,
                       into.first(static_cast<std::size_t>(count)));
    }
    return count;
}

// -EPIPE: xrun; -ESTRPIPE: suspended. Both heal by a restart; a resume in place would keep a
// count that time has left behind. Everything else means the device is gone.
CaptureStatus AlsaCapture::recover(int error) noexcept {
    if (error == -EAGAIN || error == -EINTR) return CaptureStatus::ok;
    if (error != -EPIPE && error != -ESTRPIPE) return CaptureStatus::lost;
    const int restarted = device_->restart();
    // A machine that wakes up may not have its card ready yet.
    if (restarted == -EAGAIN || restarted == -EBUSY) return CaptureStatus::ok;
    if (restarted < 0) return CaptureStatus::lost;
    taken_ = captured_ = Frames{0};
    stamped_ = Time{};
    return CaptureStatus::restarted;
}

}  // namespace tandem
