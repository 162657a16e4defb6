// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/link/socket_link.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace tandem {

SocketLink::SocketLink(OwnedFd socket, std::size_t largest_packet, int queue_packets,
                       std::optional<AclWindow> window)
    : socket_(std::move(socket)),
      window_(std::move(window)),
      slots_(static_cast<std::size_t>(queue_packets)) {
    for (Slot& slot : slots_)
        slot.bytes.resize(largest_packet);
}

SocketLink::Outcome SocketLink::write(std::span<const std::uint8_t> packet) noexcept {
    if (window_ && !window_->open_for(packet.size())) return Outcome::full;
    for (;;) {
        const ssize_t sent =
            ::send(socket_.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) {
            ++counters_.sent;
            lost_in_a_row_ = 0;
            if (window_) window_->sent(packet.size());
            return Outcome::sent;
        }
        if (errno == EINTR) continue;
        // ENOBUFS: the kernel is short of socket memory; as good as a full socket.
        if (errno == EAGAIN || errno == ENOBUFS) return Outcome::full;
        error_ = errno;
        return Outcome::broken;
    }
}

std::size_t SocketLink::room() const noexcept {
    return lost_in_a_row_ < slots_.size() ? slots_.size() : 1;
}

void SocketLink::drop_oldest() noexcept {
    oldest_ = (oldest_ + 1) % slots_.size();
    --waiting_;
    ++counters_.dropped;
    ++lost_in_a_row_;
}

void SocketLink::enqueue(std::span<const std::uint8_t> packet) noexcept {
    Slot& slot = slots_[(oldest_ + waiting_) % slots_.size()];
    assert(packet.size() <= slot.bytes.size());
    std::copy(packet.begin(), packet.end(), slot.bytes.begin());
    slot.size = packet.size();
    ++waiting_;
    ++counters_.waited;
}

LinkStatus SocketLink::flush() noexcept {
    while (error_ == 0 && waiting_ > 0) {
        const Slot& slot = slots_[oldest_];
        const Outcome outcome = write(std::span(slot.bytes).first(slot.size));
        if (outcome == Outcome::full) return LinkStatus::ok;
        if (outcome == Outcome::broken) break;
        oldest_ = (oldest_ + 1) % slots_.size();
        --waiting_;
    }
    return error_ == 0 ? LinkStatus::ok : LinkStatus::broken;
}

LinkStatus SocketLink::send(std::span<const std::uint8_t> packet) noexcept {
    if (flush() == LinkStatus::broken) {
        ++counters_.dropped;
        return LinkStatus::broken;
    }
    if (waiting_ == 0) {
        const Outcome outcome = write(packet);
        if (outcome == Outcome::sent) return LinkStatus::ok;
        if (outcome == Outcome::broken) {
            ++counters_.dropped;
            return LinkStatus::broken;
        }
    }
    const bool full = waiting_ >= room();
    while (waiting_ >= room())
        drop_oldest();
    enqueue(packet);
    return full ? LinkStatus::dropped : LinkStatus::ok;
}

LinkCounters SocketLink::counters() const noexcept {
    LinkCounters counters = counters_;
    counters.queued = static_cast<int>(waiting_);
    return counters;
}

}  // namespace tandem
