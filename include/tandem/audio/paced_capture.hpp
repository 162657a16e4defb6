// SPDX-License-Identifier: GPL-3.0-or-later
// Inputs without hardware: a file or a tone, delivered at the pace of a card. Thread: constructors
// control, everything else engine. Real-time safe: yes, but for the constructors.
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

// A WAV file in a seamless loop. The file is mapped: do not truncate it while it plays. Throws
// CaptureError ("file-unreadable"; "card-refused" if its rate is not `rate`).
[[nodiscard]] std::unique_ptr<PacedSource> open_wav_source(const std::string& path,
                                                           SampleRate rate);

// 440 Hz left and 660 Hz right, peaks at -12 dBFS, swelling twice a second: easy on the ear, and a
// few milliseconds of skew can be heard.
[[nodiscard]] std::unique_ptr<PacedSource> make_tone_source(SampleRate rate);

// At `now`, floor((now - first read) * rate) frames have been captured, delivered in whole periods.
// If nobody reads for more than a second it restarts, like a card after an xrun; the audio
// continues as if it had been running.
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
