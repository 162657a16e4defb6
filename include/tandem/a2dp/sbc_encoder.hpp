// SPDX-License-Identifier: GPL-3.0-or-later
// libsbc's encoder for one configuration. Made on the control thread (it allocates), used on the
// engine thread: encode() neither allocates nor waits.
#pragma once

#include <sbc/sbc.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "tandem/a2dp/sbc_config.hpp"
#include "tandem/audio/frame.hpp"

namespace tandem {

class SbcEncoder {
  public:
    // Throws std::bad_alloc.
    explicit SbcEncoder(const SbcConfig& config);
    ~SbcEncoder();
    SbcEncoder(const SbcEncoder&) = delete;
    SbcEncoder& operator=(const SbcEncoder&) = delete;

    // Encodes exactly one SBC frame: `pcm` holds config.frame_length() frames, `out` at least
    // config.frame_bytes() bytes. A mono configuration takes the mean of both channels. Returns the
    // bytes written; 0 would be our own bug (asserted).
    std::size_t encode(std::span<const StereoFrame> pcm, std::span<std::uint8_t> out) noexcept;

    // From the next frame on. SBC's header has it, decoders go on without a break.
    void set_bitpool(int bitpool) noexcept;

  private:
    SbcConfig config_;
    sbc_t sbc_{};
};

}  // namespace tandem
