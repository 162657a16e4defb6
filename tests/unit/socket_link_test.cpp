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
    // Sends until one packet is not taken; returns how many were.
    int fill(SocketLink& link) {
        int sent = 0;
        while (link.send(packet(sent)) == LinkStatus::sent)
            ++sent;
        return sent;
    }
    // Of handle 11, two fragments wide; what controller_ sends are the controller's events.
    AclWindow window(std::size_t fragment_bytes) {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) != 0) std::abort();
        controller_.reset(ends[0]);
        return {OwnedFd(ends[1]), {.handle = 0x0b, .fragment_bytes = fragment_bytes, .most = 2}};
    }
    OwnedFd near_, far_, controller_;
};

TEST_F(SocketLinkTest, OnePacketIsOneWrite) {
    SocketLink link(std::move(near_));
    EXPECT_EQ(link.send(packet(1)), LinkStatus::sent);
    EXPECT_EQ(link.send(packet(2)), LinkStatus::sent);
    EXPECT_EQ(receive(), 1);
    EXPECT_EQ(receive(), 2);
    EXPECT_EQ(receive(), -1);
    EXPECT_EQ(link.counters().sent, 2U);
}

TEST_F(SocketLinkTest, WhatCannotGoNowStaysWithTheSender) {
    SocketLink link(std::move(near_));
    const int sent = fill(link);
    EXPECT_FALSE(link.ready(900));
    EXPECT_EQ(link.counters().sent, static_cast<std::uint64_t>(sent));
    for (int i = 0; i < sent; ++i)
        EXPECT_EQ(receive(), i);
    EXPECT_EQ(receive(), -1);
    EXPECT_TRUE(link.ready(900));
    EXPECT_EQ(link.send(packet(77)), LinkStatus::sent);
    EXPECT_EQ(receive(), 77);
    EXPECT_EQ(link.counters().dropped, 0U);
}

TEST_F(SocketLinkTest, TheControllerHoldsNoMoreThanItsShare) {
    SocketLink link(std::move(near_), window(1021));
    EXPECT_EQ(link.send(packet(1)), LinkStatus::sent);
    EXPECT_EQ(link.send(packet(2)), LinkStatus::sent);
    EXPECT_EQ(link.send(packet(3)), LinkStatus::full);
    EXPECT_EQ(link.in_flight(), 2);
    // Another link's packets, what is no event, and what is too short are none of ours.
    for (const std::vector<std::uint8_t>& event :
         {std::vector<std::uint8_t>{4, 0x13, 5, 1, 0x0c, 0, 2, 0},
          std::vector<std::uint8_t>{4, 0x0e, 5, 1, 0x0b, 0, 2, 0},
          std::vector<std::uint8_t>{4, 0x13, 9, 2, 0x0c, 0, 1, 0, 0x0b},
          std::vector<std::uint8_t>{4, 0x13}})
        ASSERT_GT(::send(controller_.get(), event.data(), event.size(), 0), 0);
    EXPECT_FALSE(link.ready(900));
    const std::vector<std::uint8_t> two_links{4, 0x13, 9, 2, 0x0c, 0, 1, 0, 0x0b, 0, 1, 0};
    ASSERT_GT(::send(controller_.get(), two_links.data(), two_links.size(), 0), 0);
    EXPECT_EQ(link.in_flight(), 1);
    EXPECT_EQ(link.send(packet(3)), LinkStatus::sent);
}

TEST_F(SocketLinkTest, CountsWhateverItsConnectionSays) {
    SocketLink link(std::move(near_), window(1021));
    EXPECT_EQ(link.completed(), 0U);
    for (const std::vector<std::uint8_t>& event :
         {std::vector<std::uint8_t>{4, 0x13, 5, 1, 0x0b, 0, 2, 0},
          std::vector<std::uint8_t>{4, 0x13, 5, 1, 0x0c, 0, 4, 0}})
        ASSERT_GT(::send(controller_.get(), event.data(), event.size(), 0), 0);
    EXPECT_EQ(link.completed(), 2U);
    EXPECT_EQ(link.in_flight(), 0);
}

TEST_F(SocketLinkTest, APacketLargerThanTheShareGoesWhenNothingElseIsOut) {
    SocketLink link(std::move(near_), window(192));
    EXPECT_EQ(link.send(packet(1)), LinkStatus::sent);
    EXPECT_EQ(link.send(packet(2)), LinkStatus::full);
    const std::vector<std::uint8_t> all{4, 0x13, 5, 1, 0x0b, 0, 5, 0};
    ASSERT_GT(::send(controller_.get(), all.data(), all.size(), 0), 0);
    EXPECT_EQ(link.send(packet(2)), LinkStatus::sent);
}

TEST_F(SocketLinkTest, ABrokenSocketSwallowsAndSaysWhy) {
    SocketLink link(std::move(near_));
    far_.reset();
    EXPECT_EQ(link.send(packet(1)), LinkStatus::broken);
    EXPECT_EQ(link.error(), EPIPE);
    EXPECT_TRUE(link.ready(900));
    EXPECT_EQ(link.send(packet(2)), LinkStatus::broken);
    EXPECT_EQ(link.counters().dropped, 2U);
    EXPECT_EQ(link.counters().sent, 0U);
}

}  // namespace
}  // namespace tandem
