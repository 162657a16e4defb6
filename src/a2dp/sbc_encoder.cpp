// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/a2dp/sbc_encoder.hpp"

#include <array>
#include <bit>
#include <cassert>
#include <new>

namespace tandem {
namespace {

constexpr std::size_t kLongestFrame = 128;  // 16 blocks of 8 subbands

std::uint8_t frequency_code(SampleRate rate) {
    switch (rate.hz) {
        case 16000:
            return SBC_FREQ_16000;
        case 32000:
            return SBC_FREQ_32000;
        case 44100:
            return SBC_FREQ_44100;
        default:
            return SBC_FREQ_48000;
    }
}

std::uint8_t mode_code(ChannelMode mode) {
    switch (mode) {
        case ChannelMode::mono:
            return SBC_MODE_MONO;
        case ChannelMode::dual_channel:
            return SBC_MODE_DUAL_CHANNEL;
        case ChannelMode::stereo:
            return SBC_MODE_STEREO;
        default:
            return SBC_MODE_JOINT_STEREO;
    }
}

}  // namespace

SbcEncoder::SbcEncoder(const SbcConfig& config) : config_(config) {
    if (sbc_init(&sbc_, 0) != 0) throw std::bad_alloc();
    sbc_.frequency = frequency_code(config.rate);
    sbc_.mode = mode_code(config.mode);
    sbc_.blocks = static_cast<std::uint8_t>(config.blocks / 4 - 1);  // SBC_BLK_4 = 0 ...
    sbc_.subbands = config.subbands == 4 ? SBC_SB_4 : SBC_SB_8;
    sbc_.allocation = config.allocation == Allocation::snr ? SBC_AM_SNR : SBC_AM_LOUDNESS;
    sbc_.bitpool = static_cast<std::uint8_t>(config.bitpool);
    sbc_.endian = std::endian::native == std::endian::little ? SBC_LE : SBC_BE;
}

SbcEncoder::~SbcEncoder() {
    sbc_finish(&sbc_);
}

void SbcEncoder::set_bitpool(int bitpool) noexcept {
    config_.bitpool = bitpool;
    sbc_.bitpool = static_cast<std::uint8_t>(bitpool);
}

std::size_t SbcEncoder::encode(std::span<const StereoFrame> pcm,
                               std::span<std::uint8_t> out) noexcept {
    assert(pcm.size() == static_cast<std::size_t>(config_.frame_length().count));
    std::array<std::int16_t, kLongestFrame> mono{};
    const void* input = pcm.data();
    std::size_t bytes = pcm.size_bytes();
    if (config_.mode == ChannelMode::mono) {
        for (std::size_t i = 0; i < pcm.size(); ++i)
            mono[i] = static_cast<std::int16_t>((pcm[i].left + pcm[i].right) / 2);
        input = mono.data();
        bytes = pcm.size() * sizeof(std::int16_t);
    }
    ssize_t written = 0;
    const ssize_t taken = sbc_encode(&sbc_, input, bytes, out.data(), out.size(), &written);
    assert(taken == static_cast<ssize_t>(bytes) && written > 0);
    return taken == static_cast<ssize_t>(bytes) ? static_cast<std::size_t>(written) : 0;
}

}  // namespace tandem
