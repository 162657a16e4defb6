// SPDX-License-Identifier: GPL-3.0-or-later
// What relay or btmon recorded (btsnoop, monitor format), and the media packets in it as they
// reached each speaker's adapter.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace lab {

using Time = std::chrono::nanoseconds;

struct Record {
    int adapter{};
    int opcode{};  // as in BlueZ's monitor: 0 new index, 3 event, 4 ACL sent, 5 ACL received
    Time time{};   // CLOCK_REALTIME
    std::vector<std::uint8_t> bytes;
};
inline constexpr int kNewIndex = 0;
inline constexpr int kEventReceived = 3;
inline constexpr int kAclReceived = 5;

// Throws std::runtime_error when these are not a btsnoop file of the monitor format. A record that
// is cut off at the end is left out: btmon may have been ended while it wrote.
[[nodiscard]] std::vector<Record> parse_btsnoop(std::span<const std::uint8_t> file);
[[nodiscard]] std::vector<Record> read_btsnoop(const std::string& path);

struct MediaPacket {
    Time arrival{};  // of its last fragment
    std::uint16_t sequence{};
    std::uint32_t timestamp{};
    int frame_count{};
    std::vector<std::uint8_t> frames;
    int session{};  // counts this speaker's connections and streams: numbers begin afresh with each
};

struct SpeakerTrace {
    std::string address;
    std::vector<MediaPacket> packets;
};

// By adapter index; only adapters that received media packets.
[[nodiscard]] std::map<int, SpeakerTrace> extract_media(const std::vector<Record>& records);

}  // namespace lab
