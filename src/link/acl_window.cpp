// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/link/acl_window.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <span>

namespace tandem {
namespace {

constexpr std::size_t kFrameHeader = 4;  // bytes
constexpr std::size_t kLongestEvent = 258;
constexpr std::size_t kEventsAtOnce = 16;

// Bluetooth Core 5.4, Vol 4, Part E, 7.7.19, behind the H4 packet type.
constexpr std::uint8_t kEventPacket = 0x04;
constexpr std::uint8_t kCompletedPackets = 0x13;
constexpr std::size_t kHeader = 4;  // packet type, event, length, number of handles
constexpr std::size_t kEntry = 4;   // handle, count

unsigned little_endian(std::span<const std::uint8_t> bytes, std::size_t at) noexcept {
    return bytes[at] | static_cast<unsigned>(bytes[at + 1]) << 8;
}

int completed_of(std::span<const std::uint8_t> event, unsigned handle) noexcept {
    if (event.size() < kHeader || event[0] != kEventPacket || event[1] != kCompletedPackets)
        return 0;
    int count = 0;
    const std::size_t entries = std::min<std::size_t>(event[3], (event.size() - kHeader) / kEntry);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t at = kHeader + i * kEntry;
        if ((little_endian(event, at) & 0x0fff) == handle)
            count += static_cast<int>(little_endian(event, at + 2));
    }
    return count;
}

}  // namespace

AclWindow::AclWindow(OwnedFd events, const Settings& settings)
    : events_(std::move(events)), settings_(settings) {}

int AclWindow::fragments(std::size_t bytes) const noexcept {
    return static_cast<int>((bytes + kFrameHeader + settings_.fragment_bytes - 1) /
                            settings_.fragment_bytes);
}

// What has come is read only once it matters: a system call with every fourth packet or so instead
// of with each.
bool AclWindow::open_for(std::size_t bytes) noexcept {
    const auto fits = [&] { return out_ == 0 || out_ + fragments(bytes) <= settings_.most; };
    if (fits()) return true;
    read_events();
    return fits();
}

int AclWindow::packets_out(std::size_t bytes) noexcept {
    read_events();
    const int each = fragments(bytes);
    return (out_ + each - 1) / each;
}

std::uint64_t AclWindow::completed() noexcept {
    read_events();
    return completed_;
}

void AclWindow::read_events() noexcept {
    std::array<std::array<std::uint8_t, kLongestEvent>, kEventsAtOnce> buffers;
    std::array<iovec, kEventsAtOnce> places{};
    std::array<mmsghdr, kEventsAtOnce> messages{};
    for (std::size_t i = 0; i < kEventsAtOnce; ++i) {
        places[i] = {buffers[i].data(), kLongestEvent};
        messages[i].msg_hdr.msg_iov = &places[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    int count = kEventsAtOnce;
    while (count == kEventsAtOnce) {
        count = recvmmsg(events_.get(), messages.data(), kEventsAtOnce, MSG_DONTWAIT, nullptr);
        for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i) {
            const auto event = std::span(buffers[i]).first(messages[i].msg_len);
            const int fragments = completed_of(event, settings_.handle);
            out_ -= fragments;
            completed_ += static_cast<std::uint64_t>(fragments);
        }
    }
    // Signalling goes over the same link: its packets complete, too.
    out_ = std::max(out_, 0);
}

}  // namespace tandem
