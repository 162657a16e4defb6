// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/link/socket_link.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace tandem {

SocketLink::SocketLink(OwnedFd socket, std::optional<AclWindow> window)
    : socket_(std::move(socket)), window_(std::move(window)) {}

LinkStatus SocketLink::write(std::span<const std::uint8_t> packet) noexcept {
    if (window_ && !window_->open_for(packet.size())) return LinkStatus::full;
    for (;;) {
        const ssize_t sent =
            ::send(socket_.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) {
            if (window_) window_->sent(packet.size());
            last_bytes_ = packet.size();
            return LinkStatus::sent;
        }
        if (errno == EINTR) continue;
        // ENOBUFS: the kernel is short of socket memory; as good as a full socket.
        if (errno == EAGAIN || errno == ENOBUFS) return LinkStatus::full;
        error_ = errno;
        return LinkStatus::broken;
    }
}

LinkStatus SocketLink::send(std::span<const std::uint8_t> packet) noexcept {
    const LinkStatus status = error_ == 0 ? write(packet) : LinkStatus::broken;
    if (status == LinkStatus::sent) ++counters_.sent;
    if (status == LinkStatus::broken) ++counters_.dropped;
    return status;
}

bool SocketLink::ready(std::size_t bytes) noexcept {
    if (error_ != 0) return true;
    if (window_ && !window_->open_for(bytes)) return false;
    pollfd writable{socket_.get(), POLLOUT, 0};
    return ::poll(&writable, 1, 0) > 0;
}

int SocketLink::in_flight() noexcept {
    return window_ && last_bytes_ > 0 ? window_->packets_out(last_bytes_) : 0;
}

std::uint64_t SocketLink::completed() noexcept {
    return window_ ? window_->completed() : 0;
}

}  // namespace tandem
