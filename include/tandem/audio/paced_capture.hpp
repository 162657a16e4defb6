// SPDX-License-Identifier: GPL-3.0-or-later
// Inputs that are no hardware: a file or a tone, paced by the caller's clock as a card would be.
// Thread: construction control, the rest engine. Real-time safe: yes.
#pragma once

#include <memory>
#include <string>

#include "tandem/audio/capture.hpp"

namespace tandem {

// Endless audio by position.
class PacedSource {
  public:
    virtual ~PacedSource() = default;
    virtual void copy(Position from, std::span<StereoFrame> into) noexcept = 0;
};

// A WAV file, over and over without a seam. It is mapped, not read: do not shorten it meanwhile.
// Throws CaptureError ("file-unreadable"; "card-refused" when its rate is not `rate`).
[[nodiscard]] std::unique_ptr<PacedSource> open_wav_source(const std::string& path,
                                                           SampleRate rate);

// 440 Hz left and 660 Hz right, peaks at -12 dBFS, swelling twice a second: easy on the ear, and
// two speakers that are apart by more than a few milliseconds are heard to be.
[[nodiscard]] std::unique_ptr<PacedSource> make_tone_source(SampleRate rate);

// At `now` exactly floor((now - first read) * rate) frames exist, handed out in whole periods.
// When nobody reads for more than a second it restarts, as a card after an xrun; the audio goes
// on as if it had been running.
class PacedCapture final : public Capture {
  public:
    PacedCapture(std::unique_ptr<PacedSource> source, SampleRate rate, Frames period) noexcept;
    [[nodiscard]] CaptureRead read(std::span<StereoFrame> into, Time now) noexcept override;
    [[nodiscard]] std::size_t poll_descriptors(std::span<pollfd> into) noexcept override;
    [[nodiscard]] Frames period() const noexcept override { return period_; }

  private:
    [[nodiscard]] Frames ready_at(Time now) const noexcept;
    void restart(Time now) noexcept;

    std::unique_ptr<PacedSource> source_;
    SampleRate rate_;
    Frames period_;
    bool started_ = false;
    Time start_{};
    Time last_read_{};
    Frames handed_{0};    // since start_
    Frames stamped_{0};   // since start_
    Position content_{};  // the source's position at start_
};

}  // namespace tandem
