// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/link/acl_window.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstdlib>
#include <utility>
#include <vector>

namespace tandem {
namespace {

constexpr std::size_t kOneFragment = 900;  // bytes of a packet

class AclWindowTest : public testing::Test {
  protected:
    AclWindowTest() {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) != 0) std::abort();
        controller_.reset(ends[0]);
        window_.emplace(OwnedFd(ends[1]), AclWindow::Settings{0x0b, 1021, 2});
        window_->sent(kOneFragment);
        window_->sent(kOneFragment);
    }
    void event(const std::vector<std::uint8_t>& bytes) const {
        ASSERT_GT(::send(controller_.get(), bytes.data(), bytes.size(), 0), 0);
    }
    bool open() { return window_->open_for(kOneFragment); }

    OwnedFd controller_;
    std::optional<AclWindow> window_;
};

TEST_F(AclWindowTest, IsShutUntilAPacketCompletes) {
    EXPECT_FALSE(open());
    event({4, 0x13, 5, 1, 0x0b, 0, 1, 0});
    EXPECT_TRUE(open());
}

// The upper four bits are flags (Bluetooth Core 5.4, Vol 4, Part E, 7.7.19: reserved there).
TEST_F(AclWindowTest, KnowsItsHandleWhateverTheFlagsBesideIt) {
    event({4, 0x13, 5, 1, 0x0b, 0x20, 1, 0});
    EXPECT_TRUE(open());
}

// The event says three entries and brings one: what stands behind it in memory is none of them.
TEST_F(AclWindowTest, ReadsNoFurtherThanTheEventGoes) {
    event({4, 0x13, 9, 2, 0x0c, 0, 1, 0, 0x0b, 0, 1, 0});
    ASSERT_TRUE(open());
    window_->sent(kOneFragment);
    ASSERT_FALSE(open());
    event({4, 0x13, 5, 3, 0x0c, 0, 1, 0});
    EXPECT_FALSE(open());
}

// Nor further than it says: the second entry is none.
TEST_F(AclWindowTest, ReadsNoMoreEntriesThanTheEventNames) {
    event({4, 0x13, 9, 1, 0x0c, 0, 1, 0, 0x0b, 0, 1, 0});
    EXPECT_FALSE(open());
}

// Signalling completes on the same handle without having been counted.
TEST_F(AclWindowTest, MoreCompletionsThanPacketsMakeItNoWider) {
    event({4, 0x13, 5, 1, 0x0b, 0, 9, 0});
    ASSERT_TRUE(open());
    window_->sent(kOneFragment);
    ASSERT_TRUE(open());
    window_->sent(kOneFragment);
    EXPECT_FALSE(open());
}

}  // namespace
}  // namespace tandem
