// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/a2dp/sbc_config.hpp"

#include <fmt/format.h>

namespace tandem {

std::size_t SbcConfig::frame_bytes() const noexcept {
    // A2DP 1.3, section 12.9 (length of an SBC frame).
    const int channels = mode == ChannelMode::mono ? 1 : 2;
    const bool per_channel = mode == ChannelMode::mono || mode == ChannelMode::dual_channel;
    const int bits = per_channel
                         ? blocks * channels * bitpool
                         : (mode == ChannelMode::joint_stereo ? subbands : 0) + blocks * bitpool;
    const int bytes = 4 + 4 * subbands * channels / 8 + (bits + 7) / 8;
    return static_cast<std::size_t>(bytes);
}

std::string SbcConfig::describe() const {
    static constexpr std::array<const char*, 4> kModes{"mono", "dual channel", "stereo",
                                                       "joint stereo"};
    return fmt::format("SBC {:g} kHz {}", rate.hz / 1000.0, kModes[static_cast<std::size_t>(mode)]);
}

unsigned frequency_bit(SampleRate rate) noexcept {
    switch (rate.hz) {
        case 16000:
            return 0x80;
        case 32000:
            return 0x40;
        case 44100:
            return 0x20;
        case 48000:
            return 0x10;
        default:
            return 0;
    }
}

SbcOctets to_octets(const SbcConfig& config) noexcept {
    const unsigned mode = 0x08U >> static_cast<int>(config.mode);
    const unsigned blocks = 0x80U >> (config.blocks / 4 - 1);
    const unsigned subbands = config.subbands == 4 ? 0x08 : 0x04;
    const unsigned allocation = config.allocation == Allocation::snr ? 0x02 : 0x01;
    return {static_cast<std::uint8_t>(frequency_bit(config.rate) | mode),
            static_cast<std::uint8_t>(blocks | subbands | allocation),
            static_cast<std::uint8_t>(config.min_bitpool),
            static_cast<std::uint8_t>(config.max_bitpool)};
}

}  // namespace tandem
