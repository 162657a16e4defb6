// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/model/media_packet.hpp"

namespace tandem {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kFixedHeader = 12;
constexpr std::uint8_t kFragmented = 0x80;  // a frame is spread over packets: Tandem never does it

std::uint32_t big_endian(Bytes bytes, std::size_t at, std::size_t count) noexcept {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8 | bytes[at + i];
    return value;
}

// What follows the RTP header with its optional parts, without the padding.
std::optional<Bytes> rtp_payload(Bytes bytes) noexcept {
    if (bytes.size() < kFixedHeader || bytes[0] >> 6 != 2) return std::nullopt;
    std::size_t header = kFixedHeader + std::size_t{4} * (bytes[0] & 0x0fU);
    if ((bytes[0] & 0x10U) != 0) {
        if (bytes.size() < header + 4) return std::nullopt;
        header += 4 + std::size_t{4} * big_endian(bytes, header + 2, 2);
    }
    const std::size_t padding = (bytes[0] & 0x20U) != 0 ? bytes.back() : 0;
    if (bytes.size() < header + padding) return std::nullopt;
    return bytes.subspan(header, bytes.size() - header - padding);
}

}  // namespace

std::optional<MediaPacket> parse_media_packet(Bytes bytes) noexcept {
    const auto payload = rtp_payload(bytes);
    if (!payload || payload->size() < 2) return std::nullopt;
    const std::uint8_t header = payload->front();
    if ((header & kFragmented) != 0 || (header & 0x0fU) == 0) return std::nullopt;
    return MediaPacket{.sequence = static_cast<std::uint16_t>(big_endian(bytes, 2, 2)),
                       .timestamp = big_endian(bytes, 4, 4),
                       .ssrc = big_endian(bytes, 8, 4),
                       .frames = header & 0x0f,
                       .payload = payload->subspan(1)};
}

}  // namespace tandem
