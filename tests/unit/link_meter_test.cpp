// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/link_meter.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <vector>

namespace tandem {
namespace {

using namespace std::chrono_literals;
using Octets = std::vector<std::uint8_t>;

// The controller's end of the socket.
struct MeteredLink : ::testing::Test {
    Loop loop;
    OwnedFd controller;
    std::optional<LinkMeter> meter;

    MeteredLink() {
        std::array<int, 2> ends{};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends.data()), 0);
        controller.reset(ends[0]);
        meter.emplace(loop, OwnedFd{ends[1]}, 0x0B2A, 1h);
    }
    Octets asked() {
        std::array<std::uint8_t, 64> command{};
        const auto size = recv(controller.get(), command.data(), command.size(), 0);
        return size < 0 ? Octets{} : Octets(command.begin(), command.begin() + size);
    }
    void answer(const Octets& event) {
        ASSERT_EQ(send(controller.get(), event.data(), event.size(), 0),
                  static_cast<ssize_t>(event.size()));
        loop.post([this] { loop.post([this] { loop.stop(); }); });
        loop.run();
    }
};

TEST_F(MeteredLink, IsAskedForRssiAndQualityOfItsHandle) {
    EXPECT_EQ(asked(), (Octets{0x01, 0x05, 0x14, 2, 0x2A, 0x0B}));
    EXPECT_EQ(asked(), (Octets{0x01, 0x03, 0x14, 2, 0x2A, 0x0B}));
    EXPECT_EQ(asked(), Octets{});
}

TEST_F(MeteredLink, HasWhatTheControllerAnswers) {
    EXPECT_EQ(meter->reading().rssi_db, std::nullopt);
    answer({0x04, 0x0E, 7, 1, 0x05, 0x14, 0, 0x2A, 0x0B, 0xF4});
    answer({0x04, 0x0E, 7, 1, 0x03, 0x14, 0, 0x2A, 0x0B, 200});
    EXPECT_EQ(meter->reading().rssi_db, -12);
    EXPECT_EQ(meter->reading().quality, 200);
}

TEST_F(MeteredLink, TakesNoAnswerOfAnotherLinkNorARefusalNorAStump) {
    answer({0x04, 0x0E, 7, 1, 0x05, 0x14, 0, 0x2B, 0x0B, 0xF4});
    answer({0x04, 0x0E, 7, 1, 0x05, 0x14, 2, 0x2A, 0x0B, 0xF4});
    answer({0x04, 0x0E, 4, 1, 0x05, 0x14, 1});
    answer({0x04, 0x13, 7, 1, 0x05, 0x14, 0, 0x2A, 0x0B, 0xF4});
    EXPECT_EQ(meter->reading().rssi_db, std::nullopt);
}

TEST_F(MeteredLink, HasNothingMoreOnceTheControllerIsGone) {
    answer({0x04, 0x0E, 7, 1, 0x05, 0x14, 0, 0x2A, 0x0B, 0xF4});
    ASSERT_EQ(meter->reading().rssi_db, -12);
    controller.reset();
    loop.post([this] { loop.post([this] { loop.stop(); }); });
    loop.run();
    EXPECT_EQ(meter->reading().rssi_db, std::nullopt);
}

}  // namespace
}  // namespace tandem
