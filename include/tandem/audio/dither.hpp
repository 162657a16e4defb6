// SPDX-License-Identifier: GPL-3.0-or-later
// Triangular (TPDF) dither: converts 24 or 32 bit samples to 16 bit without distortion that depends
// on the signal (Lipshitz, Wannamaker, Vanderkooy: Quantization and Dither, JAES 40:5).
// Thread: one. Real-time safe: yes.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tandem {

class Dither {
  public:
    explicit constexpr Dither(std::uint32_t seed = 0x2545f491U) noexcept
        : state_(seed != 0 ? seed : 1U) {}  // xorshift never leaves zero

    // `sample` is scaled to 32 bit. The error has a mean of 0 and does not correlate with it.
    [[nodiscard]] constexpr std::int16_t to_16_bit(std::int32_t sample) noexcept {
        const std::uint32_t bits = next();
        // Two uniform draws of one 16 bit step each: triangular, two steps wide.
        const std::int64_t noise = static_cast<std::int64_t>(bits >> 16) +
                                   static_cast<std::int64_t>(bits & 0xffffU) - 0xffff;
        const std::int64_t rounded = (std::int64_t{sample} + noise + 0x8000) >> 16;
        return static_cast<std::int16_t>(std::clamp<std::int64_t>(rounded, -32768, 32767));
    }

  private:
    constexpr std::uint32_t next() noexcept {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 17;
        state_ ^= state_ << 5;
        return state_;
    }

    std::uint32_t state_;
};

}  // namespace tandem
