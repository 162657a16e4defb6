// SPDX-License-Identifier: GPL-3.0-or-later
// What the service tells systemd's watchdog, with one of its threads held as a hanging driver would
// hold it.
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "dbus/tandemd_bench.hpp"
#include "tandem/base/clock.hpp"

namespace tandem::testing {
namespace {

struct WatchedTandemd : TandemdOnBus {
    OwnedFd notifications{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    std::string told;  // to systemd so far

    WatchedTandemd() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        folder.file("notify").copy(static_cast<char*>(address.sun_path),
                                   sizeof address.sun_path - 1);
        EXPECT_EQ(bind(notifications.get(), reinterpret_cast<sockaddr*>(&address), sizeof address),
                  0);
        setenv("NOTIFY_SOCKET", folder.file("notify").c_str(), 1);
        setenv("WATCHDOG_USEC", "1000000", 1);
    }
    ~WatchedTandemd() override {
        unsetenv("NOTIFY_SOCKET");
        unsetenv("WATCHDOG_USEC");
    }
    [[nodiscard]] bool heard(const std::string& text) {
        std::array<char, 1024> message{};
        ssize_t size = 0;
        while ((size = recv(notifications.get(), message.data(), message.size(), 0)) > 0)
            told.append(message.data(), static_cast<std::size_t>(size)) += '\n';
        return told.find(text) != std::string::npos;
    }
    [[nodiscard]] bool hears(const std::string& text) {
        return until([&] { return heard(text); });
    }
    [[nodiscard]] pid_t thread_named(const std::string& name) const {
        const std::string tasks = "/proc/" + std::to_string(daemon->pid()) + "/task";
        for (const auto& task : std::filesystem::directory_iterator(tasks)) {
            std::string found;
            std::getline(std::ifstream(task.path() / "comm"), found);
            if (found == name) return std::stoi(task.path().filename());
        }
        return -1;
    }
};

TEST_F(WatchedTandemd, FeedsTheWatchdogWhileTheEngineRuns) {
    start(kModels);
    ASSERT_TRUE(logs("right: streaming"));
    ASSERT_TRUE(hears("WATCHDOG=1\n"));
    told.clear();
    ASSERT_TRUE(hears("WATCHDOG=1\n"));
    EXPECT_EQ(told.find("trigger"), std::string::npos);
    EXPECT_EQ(stop(), 0);
}

TEST_F(WatchedTandemd, NamesAStuckEngineAndHasTheServiceRestarted) {
    start(kModels);
    ASSERT_TRUE(logs("right: streaming"));
    const pid_t engine = thread_named("tandem-engine");
    ASSERT_EQ(ptrace(PTRACE_SEIZE, engine, nullptr, nullptr), 0) << std::strerror(errno);
    ASSERT_EQ(ptrace(PTRACE_INTERRUPT, engine, nullptr, nullptr), 0);
    ASSERT_EQ(waitpid(engine, nullptr, __WALL), engine);
    const Time held = now_monotonic();
    ASSERT_TRUE(hears("WATCHDOG=trigger\n"));
    EXPECT_LT(now_monotonic() - held, 5s * kSlowness);
    ASSERT_TRUE(logs("the sound engine is stuck"));
    told.clear();
    bool waited = false;
    const auto wait = loop.after(1200ms, [&] { waited = true; });  // more than two feeds
    ASSERT_TRUE(until([&] { return waited; }));
    EXPECT_FALSE(heard("WATCHDOG")) << told;
    EXPECT_EQ(times_logged("the sound engine is stuck"), 1U);
    ASSERT_EQ(ptrace(PTRACE_DETACH, engine, nullptr, nullptr), 0);
    EXPECT_TRUE(hears("WATCHDOG=1\n")) << "it runs again, and nobody has ended it";
    EXPECT_EQ(stop(), 0);
}

}  // namespace
}  // namespace tandem::testing
