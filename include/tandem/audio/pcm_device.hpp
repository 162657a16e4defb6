// SPDX-License-Identifier: GPL-3.0-or-later
// A thin interface over alsa-lib: one running capture PCM. Errors are negative errno values, as in
// alsa-lib. Thread: engine. Real-time safe: all functions, as far as the driver is.
#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "tandem/audio/sample_format.hpp"
#include "tandem/base/units.hpp"

namespace tandem {

// What the driver noted when it last queried the hardware.
struct PcmObservation {
    Frames available{0};  // captured and not yet read
    Time time{};          // zero if the device has no time stamps
};

class PcmDevice {
  public:
    virtual ~PcmDevice() = default;
    // Does not make the driver query the hardware. Returns 0 or an error.
    [[nodiscard]] virtual int observe(PcmObservation& into) noexcept = 0;
    // Reads up to `frames` without waiting. Returns how many, or an error (-EAGAIN for none yet).
    [[nodiscard]] virtual long read(std::uint8_t* into, std::size_t frames) noexcept = 0;
    // Stops, prepares and starts again; all counts restart at 0. Returns 0 or an error.
    [[nodiscard]] virtual int restart() noexcept = 0;
    [[nodiscard]] virtual std::size_t poll_descriptors(std::span<pollfd> into) noexcept = 0;
};

}  // namespace tandem
