// SPDX-License-Identifier: GPL-3.0-or-later
// The interface to the capture hardware. Thread: control opens a Capture, engine uses it. Real-time
// safe: all functions of Capture.
#pragma once

#include <poll.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "tandem/audio/frame.hpp"
#include "tandem/base/units.hpp"

namespace tandem {

enum class CaptureStatus {
    ok,         // `frames` were read, 0 if there are none yet
    restarted,  // recovered from an xrun or suspend: nothing was read, and the device counts from
                // 0 again
    lost,       // the device is gone; open another Capture
};

// "At `time` the device had captured `captured` frames since it was (re)started."
struct CaptureStamp {
    Frames captured;
    Time time;
};

struct CaptureRead {
    CaptureStatus status = CaptureStatus::ok;
    std::size_t frames = 0;  // written to the front of the span
    bool stamped = false;    // whether `stamp` is a new observation since the last read
    CaptureStamp stamp{};
};

class Capture {
  public:
    virtual ~Capture() = default;
    // Reads the frames that are available, up to into.size(), without waiting. `now` is the current
    // time, the only clock of inputs that are not hardware. Real-time safe.
    [[nodiscard]] virtual CaptureRead read(std::span<StereoFrame> into, Time now) noexcept = 0;
    // Fills `into` with the descriptors to poll and returns how many there are. If 0, call read()
    // at least once a period instead. Real-time safe.
    [[nodiscard]] virtual std::size_t poll_descriptors(std::span<pollfd> into) noexcept = 0;
    // How many frames the device delivers at a time. Real-time safe.
    [[nodiscard]] virtual Frames period() const noexcept = 0;
};

// Every reason there can be for hearing nothing, or not all.
enum class CaptureReason {
    none,  // no trouble
    card_missing,
    card_busy,
    card_refused,
    card_lost,
    card_stalled,
    card_xruns,
    file_unreadable,
};

// Their words in status and journal, which are stable: docs/troubleshooting.md is checked against
// them.
inline constexpr std::array<std::string_view, 8> kCaptureReasonWords{
    "",          "card-missing", "card-busy",  "card-refused",
    "card-lost", "card-stalled", "card-xruns", "file-unreadable",
};

[[nodiscard]] constexpr std::string_view word_of(CaptureReason reason) {
    return kCaptureReasonWords.at(static_cast<std::size_t>(reason));
}

// Why a capture could not be opened. what() is one sentence that says what, where and what to do.
class CaptureError : public std::runtime_error {
  public:
    CaptureError(CaptureReason reason, const std::string& sentence)
        : std::runtime_error(sentence), reason_(reason) {}
    [[nodiscard]] CaptureReason reason() const noexcept { return reason_; }

  private:
    CaptureReason reason_;
};

struct CaptureSettings {
    std::string device = "auto";  // ALSA PCM | "auto" | "file:PATH" | "tone"
    SampleRate rate{48000};
    int channels = 2;    // with 1, it is played on both
    Frames period{128};  // 64..1024
    bool operator==(const CaptureSettings&) const = default;
};

struct OpenedCapture {
    std::unique_ptr<Capture> capture;
    // For status and log: "hw:1,0 USB Audio, 48000 Hz, S16_LE, 2 channels".
    std::string description;
};

// Opens `settings.device`. May wait for the driver. Throws CaptureError. Thread: control.
[[nodiscard]] OpenedCapture open_capture(const CaptureSettings& settings);

}  // namespace tandem
