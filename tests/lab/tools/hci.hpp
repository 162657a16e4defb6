// SPDX-License-Identifier: GPL-3.0-or-later
// The few octets of HCI that the radio looks at: Bluetooth Core, volume 4, part E; H4: part A.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

#include "radio.hpp"

namespace lab {

inline constexpr std::uint8_t kCommand = 0x01;
inline constexpr std::uint8_t kAcl = 0x02;
inline constexpr std::uint8_t kEvent = 0x04;

inline constexpr std::uint8_t kConnectionComplete = 0x03;
inline constexpr std::uint8_t kDisconnectionComplete = 0x05;
inline constexpr std::uint8_t kCommandComplete = 0x0e;
inline constexpr std::uint8_t kCommandStatus = 0x0f;
inline constexpr std::uint8_t kCompletedPackets = 0x13;

inline constexpr std::uint16_t kCreateConnection = 0x0405;
inline constexpr std::uint16_t kDisconnect = 0x0406;
inline constexpr std::uint16_t kCreateConnectionCancel = 0x0408;
inline constexpr std::uint16_t kReset = 0x0c03;
inline constexpr std::uint16_t kWriteScanEnable = 0x0c1a;
inline constexpr std::uint16_t kReadFeatures = 0x1003;
inline constexpr std::uint16_t kReadBufferSize = 0x1005;
inline constexpr std::uint16_t kReadAddress = 0x1009;

inline constexpr std::uint8_t kUnknownConnection = 0x02;
inline constexpr std::uint8_t kPageTimeout = 0x04;
inline constexpr std::uint8_t kConnectionExists = 0x0b;
inline constexpr std::uint8_t kConnectionTimeout = 0x08;

inline std::uint16_t u16(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}
inline std::uint8_t low(std::uint16_t value) {
    return static_cast<std::uint8_t>(value & 0xff);
}
inline std::uint8_t high(std::uint16_t value) {
    return static_cast<std::uint8_t>(value >> 8);
}

inline Address address_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    Address address{};
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), address.size(), address.begin());
    return address;
}

// The size of the H4 packet at the start of these bytes, 0 while its header is not complete. Throws
// std::runtime_error when they begin with none.
inline std::size_t packet_size(const Bytes& bytes) {
    const auto at = [&](std::size_t i) { return std::size_t{bytes[i]}; };
    if (bytes.empty()) return 0;
    switch (bytes[0]) {
        case 0x01:
            return bytes.size() < 4 ? 0 : 4 + at(3);
        case 0x02:
            return bytes.size() < 5 ? 0 : 5 + (at(3) | at(4) << 8);
        case 0x03:
            return bytes.size() < 4 ? 0 : 4 + at(3);
        case 0x04:
            return bytes.size() < 3 ? 0 : 3 + at(2);
        case 0x05:
            return bytes.size() < 5 ? 0 : 5 + ((at(3) | at(4) << 8) & 0x3fff);
        default:
            throw std::runtime_error("a host or btvirt sent a packet of unknown type " +
                                     std::to_string(bytes[0]));
    }
}

// Adds a piece of a stream of H4 packets to what came before, and has USE take each that is whole.
template <class Use>
void take_packets(Bytes& stream, std::span<const std::uint8_t> piece, Use use) {
    stream.insert(stream.end(), piece.begin(), piece.end());
    for (std::size_t need = packet_size(stream); need != 0 && need <= stream.size();
         need = packet_size(stream)) {
        use(std::span{stream}.first(need));
        stream.erase(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(need));
    }
}

}  // namespace lab
