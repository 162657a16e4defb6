// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/link/socket_link.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <vector>

namespace tandem {
namespace {

class SocketLinkTest : public testing::Test {
  protected:
    SocketLinkTest() {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) != 0) std::abort();
        near_.reset(ends[0]);
        far_.reset(ends[1]);
    }
    // The first byte of the next packet that arrived, -1 if none did.
    int receive() {
        std::uint8_t buffer[2048];
        const ssize_t size = ::recv(far_.get(), buffer, sizeof buffer, 0);
        return size > 0 ? buffer[0] : -1;
    }
    static std::vector<std::uint8_t> packet(int first) {
        std::vector<std::uint8_t> bytes(900, 0);
        bytes[0] = static_cast<std::uint8_t>(first);
        return bytes;
    }
    // Sends until one packet has to wait; returns how many went out.
    int fill(SocketLink& link) {
        int sent = 0;
        while (link.counters().queued == 0) {
            EXPECT_EQ(link.send(packet(sent)), LinkStatus::ok);
            ++sent;
        }
        return sent - 1;
    }
    OwnedFd near_, far_;
};

TEST_F(SocketLinkTest, OnePacketIsOneWrite) {
    SocketLink link(std::move(near_), 1000, 4);
    EXPECT_EQ(link.send(packet(1)), LinkStatus::ok);
    EXPECT_EQ(link.send(packet(2)), LinkStatus::ok);
    EXPECT_EQ(receive(), 1);
    EXPECT_EQ(receive(), 2);
    EXPECT_EQ(receive(), -1);
    EXPECT_EQ(link.counters().sent, 2U);
}

TEST_F(SocketLinkTest, WhatCannotGoNowWaitsAndGoesInOrder) {
    SocketLink link(std::move(near_), 1000, 4);
    const int sent = fill(link);
    EXPECT_EQ(link.send(packet(sent + 1)), LinkStatus::ok);
    EXPECT_EQ(link.counters().queued, 2);
    for (int i = 0; i < sent; ++i)
        EXPECT_EQ(receive(), i);
    EXPECT_EQ(link.flush(), LinkStatus::ok);
    EXPECT_EQ(receive(), sent);
    EXPECT_EQ(receive(), sent + 1);
    EXPECT_EQ(link.counters().queued, 0);
    EXPECT_EQ(link.counters().dropped, 0U);
}

TEST_F(SocketLinkTest, BeyondTheQueueTheOldestGoesAndIsCounted) {
    SocketLink link(std::move(near_), 1000, 2);
    const int sent = fill(link);
    EXPECT_EQ(link.send(packet(101)), LinkStatus::ok);
    EXPECT_EQ(link.send(packet(102)), LinkStatus::dropped);
    EXPECT_EQ(link.counters().dropped, 1U);
    for (int i = 0; i < sent; ++i)
        EXPECT_EQ(receive(), i);
    EXPECT_EQ(link.flush(), LinkStatus::ok);
    EXPECT_EQ(receive(), 101);
    EXPECT_EQ(receive(), 102);
}

TEST_F(SocketLinkTest, ABrokenSocketSwallowsAndSaysWhy) {
    SocketLink link(std::move(near_), 1000, 2);
    far_.reset();
    EXPECT_EQ(link.send(packet(1)), LinkStatus::broken);
    EXPECT_EQ(link.error(), EPIPE);
    EXPECT_EQ(link.send(packet(2)), LinkStatus::broken);
    EXPECT_EQ(link.counters().dropped, 2U);
    EXPECT_EQ(link.counters().sent, 0U);
}

}  // namespace
}  // namespace tandem
