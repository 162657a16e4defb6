// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/a2dp/packetizer.hpp"

#include <algorithm>
#include <cassert>

namespace tandem {
namespace {

constexpr std::uint8_t kRtpVersion2 = 0x80;
constexpr std::uint8_t kDynamicPayloadType = 96;

void put_big_endian(std::uint8_t* at, std::uint32_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i, value >>= 8)
        at[i] = static_cast<std::uint8_t>(value);
}

int smallest_factor(int number) {
    for (int factor = 2; factor < number; ++factor)
        if (number % factor == 0) return factor;
    return number;
}

}  // namespace

int frames_that_fit(std::size_t write_mtu, std::size_t frame_bytes, int wanted) noexcept {
    const std::size_t packet = std::min(write_mtu, kLargestPacket);
    if (packet < kMediaHeaderBytes + frame_bytes) return 0;
    const auto fit = static_cast<int>((packet - kMediaHeaderBytes) / frame_bytes);
    int frames = std::max(1, wanted);
    while (frames > std::min(fit, kMostFramesPerPacket))
        frames /= smallest_factor(frames);
    return frames;
}

Packetizer::Packetizer(std::uint32_t ssrc, std::uint16_t first_sequence) noexcept
    : sequence_(first_sequence) {
    bytes_[0] = kRtpVersion2;
    bytes_[1] = kDynamicPayloadType;
    put_big_endian(&bytes_[8], ssrc, 4);
}

void Packetizer::begin(Position first) noexcept {
    put_big_endian(&bytes_[2], sequence_, 2);
    put_big_endian(&bytes_[4], static_cast<std::uint32_t>(first.frames), 4);
    size_ = kMediaHeaderBytes;
    frames_ = 0;
}

std::span<std::uint8_t> Packetizer::room() noexcept {
    return std::span(bytes_).subspan(size_);
}

void Packetizer::commit(std::size_t bytes) noexcept {
    size_ += bytes;
    ++frames_;
    assert(size_ <= bytes_.size() && frames_ <= kMostFramesPerPacket);
}

std::span<const std::uint8_t> Packetizer::finish() noexcept {
    bytes_[12] = static_cast<std::uint8_t>(frames_);
    ++sequence_;
    return std::span(bytes_).first(size_);
}

void Packetizer::skip(std::int64_t packets) noexcept {
    sequence_ = static_cast<std::uint16_t>(sequence_ + packets);
}

}  // namespace tandem
