// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording.hpp"

#include <endian.h>

#include <algorithm>
#include <stdexcept>

namespace lab {

namespace {
struct Header {  // of a record, all big endian
    std::uint32_t length;
    std::uint32_t kept;
    std::uint32_t flags;
    std::uint32_t drops;
    std::uint64_t time_us;
};
constexpr std::uint64_t kEpochUs = 0x00dcddb30f2f8000;  // 1970 in microseconds since the year 0
constexpr std::array<std::uint8_t, 16> kFileHeader{'b', 't', 's', 'n', 'o', 'o', 'p',  0,
                                                   0,   0,   0,   1,   0,   0,   0x07, 0xd1};
}  // namespace

Recording::Recording(const std::string& path, Time realtime_minus_monotonic)
    : file_{std::fopen(path.c_str(), "w")}, offset_{realtime_minus_monotonic} {
    if (file_ == nullptr) throw std::runtime_error("cannot write " + path);
    std::fwrite(kFileHeader.data(), kFileHeader.size(), 1, file_);
    std::fflush(file_);  // who waits for the recording to begin sees it
}

Recording::~Recording() {
    std::fclose(file_);
}

void Recording::add(int adapter, int opcode, Time time, std::span<const std::uint8_t> data) {
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(time + offset_).count();
    const auto size = static_cast<std::uint32_t>(data.size());
    const auto flags = static_cast<std::uint32_t>(adapter << 16 | opcode);
    const Header header{htobe32(size), htobe32(size), htobe32(flags), 0,
                        htobe64(static_cast<std::uint64_t>(micros) + kEpochUs)};
    std::fwrite(&header, sizeof header, 1, file_);
    if (!data.empty()) std::fwrite(data.data(), data.size(), 1, file_);
}

void Recording::add_adapter(int adapter, Time time, const std::array<std::uint8_t, 6>& address) {
    std::array<std::uint8_t, 16> data{0, 0};  // type and bus; after the address a name
    std::copy(address.begin(), address.end(), data.begin() + 2);
    add(adapter, kNewIndex, time, data);
}

}  // namespace lab
