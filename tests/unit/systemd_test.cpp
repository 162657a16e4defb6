// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/host/systemd.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "tandem/base/owned_fd.hpp"

namespace tandem {
namespace {

// What systemd gives a service: a datagram socket by the name of $NOTIFY_SOCKET.
class Notification : public ::testing::Test {
  protected:
    void SetUp() override {
        socket_ = OwnedFd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
        ASSERT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        setenv("NOTIFY_SOCKET", path_.c_str(), 1);
    }
    void TearDown() override {
        unsetenv("NOTIFY_SOCKET");
        unsetenv("WATCHDOG_USEC");
        unsetenv("WATCHDOG_PID");
        std::filesystem::remove(path_);
    }
    [[nodiscard]] std::string received() const {
        std::array<char, 512> text{};
        const auto count = recv(socket_.get(), text.data(), text.size(), 0);
        return count < 0 ? "nothing" : std::string{text.data(), static_cast<std::size_t>(count)};
    }

  private:
    OwnedFd socket_;
    std::string path_ =
        std::filesystem::temp_directory_path() / ("tandem-notify-" + std::to_string(getpid()));
};

TEST_F(Notification, ReadyCarriesTheStatusOnOneLine) {
    notify_ready("idle:\nREADY=0");
    EXPECT_EQ(received(), "READY=1\nSTATUS=idle: READY=0");
}

TEST_F(Notification, ReloadingCarriesTheTime) {
    notify_reloading();
    const auto text = received();
    EXPECT_EQ(text.rfind("RELOADING=1\nMONOTONIC_USEC=", 0), 0U) << text;
    EXPECT_GT(std::stoll(text.substr(text.rfind('=') + 1)), 0);
}

TEST_F(Notification, StatusWatchdogAndStoppingAreSent) {
    notify_status("2 of 2 sinks play");
    EXPECT_EQ(received(), "STATUS=2 of 2 sinks play");
    notify_watchdog();
    EXPECT_EQ(received(), "WATCHDOG=1");
    trigger_watchdog();
    EXPECT_EQ(received(), "WATCHDOG=trigger");
    notify_stopping();
    EXPECT_EQ(received(), "STOPPING=1");
}

TEST_F(Notification, WithoutSystemdDoesNothing) {
    unsetenv("NOTIFY_SOCKET");
    notify_ready("x");
    EXPECT_EQ(received(), "nothing");
}

TEST_F(Notification, WatchdogIsFedTwiceAnInterval) {
    EXPECT_EQ(watchdog_interval(), std::nullopt);
    setenv("WATCHDOG_USEC", "10000000", 1);
    EXPECT_EQ(watchdog_interval(), Duration{5'000'000'000});
    setenv("WATCHDOG_PID", "1", 1);
    EXPECT_EQ(watchdog_interval(), std::nullopt) << "it is another process that is watched";
}

}  // namespace
}  // namespace tandem
