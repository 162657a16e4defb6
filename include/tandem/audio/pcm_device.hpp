// SPDX-License-Identifier: GPL-3.0-or-later
// The thin seam between the capture's logic and alsa-lib: one running capture PCM. Errors are
// negative errno values, as alsa-lib returns them. Thread: engine. Real-time safe: yes.
#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "tandem/audio/sample_format.hpp"
#include "tandem/base/units.hpp"

namespace tandem {

// What the driver wrote down when it last looked at the hardware.
struct PcmObservation {
    Frames available{0};  // captured and not yet read
    Time time{};          // zero: the device does not stamp
};

class PcmDevice {
  public:
    virtual ~PcmDevice() = default;
    // Does not make the driver look at the hardware. 0 or an error.
    [[nodiscard]] virtual int observe(PcmObservation& into) noexcept = 0;
    // Reads at most `frames` without waiting; returns how many, or an error (-EAGAIN: none yet).
    [[nodiscard]] virtual long read(std::uint8_t* into, std::size_t frames) noexcept = 0;
    // Stops, prepares and starts again; all counts begin anew. 0 or an error.
    [[nodiscard]] virtual int restart() noexcept = 0;
    [[nodiscard]] virtual std::size_t poll_descriptors(std::span<pollfd> into) noexcept = 0;
};

}  // namespace tandem
