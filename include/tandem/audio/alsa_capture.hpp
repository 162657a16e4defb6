// SPDX-License-Identifier: GPL-3.0-or-later
// Capture from an ALSA PCM: reads, converts, recovers, and decides which time stamps to trust.
// Thread: the constructor control, everything else engine. Real-time safe: yes, but for the
// constructor.
#pragma once

#include <memory>
#include <vector>

#include "tandem/audio/capture.hpp"
#include "tandem/audio/pcm_device.hpp"

namespace tandem {

struct PcmShape {
    SampleFormat format = SampleFormat::s16le;
    ChannelLayout channels = ChannelLayout::stereo;
    Frames period{128};
    Frames buffer{4800};
};

// A time stamp is precise only if an interrupt moved the hardware pointer. Reading makes the driver
// query the hardware too, and then a USB card's pointer lags by up to a packet (1 ms). So this
// remembers the pointer after each read, and passes a stamp on only if the pointer has moved since.
class AlsaCapture final : public Capture {
  public:
    AlsaCapture(std::unique_ptr<PcmDevice> device, const PcmShape& shape);
    [[nodiscard]] CaptureRead read(std::span<StereoFrame> into, Time now) noexcept override;
    [[nodiscard]] std::size_t poll_descriptors(std::span<pollfd> into) noexcept override;
    [[nodiscard]] Frames period() const noexcept override { return shape_.period; }

  private:
    [[nodiscard]] CaptureStatus recover(int error) noexcept;
    void take_stamp(const PcmObservation& seen, Time now, CaptureRead& result) noexcept;
    [[nodiscard]] long read_frames(std::span<StereoFrame> into) noexcept;

    std::unique_ptr<PcmDevice> device_;
    PcmShape shape_;
    std::vector<std::uint8_t> raw_;  // one buffer of the card's own format
    Dither dither_;
    Frames taken_{0};     // read since the (re)start
    Frames captured_{0};  // where the pointer was after the last read
    Time stamped_{};      // the time stamp that was seen then
};

}  // namespace tandem
