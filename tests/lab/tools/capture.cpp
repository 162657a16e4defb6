// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture.hpp"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace lab {

namespace {

std::uint64_t big_endian(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value = value << 8 | bytes[at + i];
    return value;
}
std::uint16_t little_16(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

constexpr std::size_t kFileHeader = 16;
constexpr std::size_t kRecordHeader = 24;
constexpr std::uint64_t kMonitorFormat = 2001;
constexpr std::uint64_t kEpochUs = 0x00dcddb30f2f8000;  // 1970 in microseconds since the year 0

// A link of one adapter while it lasts: the L2CAP packet that is being put together.
struct Reassembly {
    std::vector<std::uint8_t> bytes;
};

class Extractor {
  public:
    void add(const Record& record) {
        if (record.opcode == kNewIndex && record.bytes.size() >= 8) {
            note_address(record);
        } else if (record.opcode == kEventReceived) {
            note_disconnection(record);
        } else if (record.opcode == kAclReceived && record.bytes.size() >= 4) {
            add_acl(record);
        }
    }

    std::map<int, SpeakerTrace> finish() {
        std::erase_if(traces_, [](const auto& entry) { return entry.second.packets.empty(); });
        return std::move(traces_);
    }

  private:
    void note_address(const Record& record) {
        const auto& b = record.bytes;
        char text[18];
        std::snprintf(text, sizeof text, "%02X:%02X:%02X:%02X:%02X:%02X", b[7], b[6], b[5], b[4],
                      b[3], b[2]);
        traces_[record.adapter].address = text;
    }

    void note_disconnection(const Record& record) {
        constexpr std::uint8_t kDisconnectionComplete = 0x05;
        if (record.bytes.size() < 6 || record.bytes[0] != kDisconnectionComplete) return;
        links_.erase({record.adapter, little_16(record.bytes, 3) & 0x0fff});
        ++sessions_[record.adapter];
        sources_.erase(record.adapter);
    }

    void add_acl(const Record& record) {
        const int word = little_16(record.bytes, 0);
        constexpr int kContinues = 1;
        auto& buffer = links_[{record.adapter, word & 0x0fff}].bytes;
        if ((word >> 12 & 3) != kContinues) buffer.clear();
        buffer.insert(buffer.end(), record.bytes.begin() + 4, record.bytes.end());
        constexpr std::size_t kL2capHeader = 4;
        if (buffer.size() < kL2capHeader || buffer.size() < kL2capHeader + little_16(buffer, 0))
            return;
        constexpr std::uint16_t kFirstDynamicChannel = 0x40;
        if (little_16(buffer, 2) >= kFirstDynamicChannel) {
            add_media(record, std::span{buffer}.subspan(kL2capHeader));
        }
        buffer.clear();
    }

    void add_media(const Record& record, std::span<const std::uint8_t> packet) {
        constexpr std::size_t kRtpAndSbcHeader = 13;
        constexpr std::uint8_t kFirstDynamicPayload = 96;
        if (packet.size() <= kRtpAndSbcHeader || packet[0] != 0x80 ||
            (packet[1] & 0x7f) < kFirstDynamicPayload)
            return;
        const auto source = static_cast<std::uint32_t>(big_endian(packet, 8, 4));
        const auto known = sources_.try_emplace(record.adapter, source).first;
        if (std::exchange(known->second, source) != source) ++sessions_[record.adapter];
        traces_[record.adapter].packets.push_back(
            {record.time,
             static_cast<std::uint16_t>(big_endian(packet, 2, 2)),
             static_cast<std::uint32_t>(big_endian(packet, 4, 4)),
             packet[12] & 0x0f,
             {packet.begin() + kRtpAndSbcHeader, packet.end()},
             sessions_[record.adapter]});
    }

    std::map<int, SpeakerTrace> traces_;
    std::map<int, int> sessions_;
    std::map<int, std::uint32_t> sources_;             // RTP's SSRC, of the newest packet
    std::map<std::pair<int, int>, Reassembly> links_;  // by adapter and connection handle
};

}  // namespace

std::vector<Record> parse_btsnoop(std::span<const std::uint8_t> file) {
    if (file.size() < kFileHeader || std::memcmp(file.data(), "btsnoop", 8) != 0 ||
        big_endian(file, 12, 4) != kMonitorFormat) {
        throw std::runtime_error("this is not a recording of the lab's relay or of `btmon -w`");
    }
    std::vector<Record> records;
    std::size_t at = kFileHeader;
    while (at + kRecordHeader <= file.size()) {
        const auto length = static_cast<std::size_t>(big_endian(file, at + 4, 4));
        const auto flags = static_cast<std::uint32_t>(big_endian(file, at + 8, 4));
        const auto micros = static_cast<std::int64_t>(big_endian(file, at + 16, 8) - kEpochUs);
        at += kRecordHeader;
        if (at + length > file.size()) break;
        const auto bytes = file.subspan(at, length);
        records.push_back({static_cast<int>(flags >> 16),
                           static_cast<int>(flags & 0xffff),
                           std::chrono::microseconds{micros},
                           {bytes.begin(), bytes.end()}});
        at += length;
    }
    return records;
}

std::vector<Record> read_btsnoop(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) throw std::runtime_error("cannot read " + path);
    const std::vector<char> bytes{std::istreambuf_iterator<char>{file}, {}};
    try {
        return parse_btsnoop({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    } catch (const std::exception& error) {
        throw std::runtime_error(path + ": " + error.what());
    }
}

std::map<int, SpeakerTrace> extract_media(const std::vector<Record>& records) {
    Extractor extractor;
    for (const Record& record : records)
        extractor.add(record);
    return extractor.finish();
}

}  // namespace lab
