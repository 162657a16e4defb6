// SPDX-License-Identifier: GPL-3.0-or-later
// The program itself, as a user runs it: in a pipe or on a terminal, against a bridge on a bus.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <pty.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "dbus/bench.hpp"
#include "tandem/link/owned_fd.hpp"
#include "tandem/service/bridge_object.hpp"
#include "tandem/service/status.hpp"

namespace tandem::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

enum class Output { pipe, terminal };

// tandemctl as a child process; standard output and error end up in output().
class Tandemctl {
  public:
    Tandemctl(Loop& loop, Output kind, const std::string& bus_address,
              std::vector<std::string> arguments)
        : loop_(loop) {
        int fd = -1;
        std::array<int, 2> ends{-1, -1};
        winsize size{};
        size.ws_row = 24;
        size.ws_col = 200;
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        pid_ = kind == Output::terminal ? forkpty(&fd, nullptr, nullptr, &size) : fork();
        if (pid_ == 0) {
            if (kind == Output::pipe) {
                dup2(ends[1], STDOUT_FILENO);
                dup2(ends[1], STDERR_FILENO);
            }
            setenv("DBUS_SYSTEM_BUS_ADDRESS", bus_address.c_str(), 1);
            become(std::move(arguments));
        }
        ::close(ends[1]);
        if (kind == Output::terminal) ::close(ends[0]);
        fd_.reset(kind == Output::pipe ? ends[0] : fd);
        fcntl(fd_.get(), F_SETFL, O_NONBLOCK);
        watch_ = loop_.watch(fd_.get(), EPOLLIN, [this](auto) { read_some(); });
    }
    ~Tandemctl() {
        if (ended_) return;
        ::kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    Tandemctl(const Tandemctl&) = delete;
    Tandemctl& operator=(const Tandemctl&) = delete;

    [[nodiscard]] const std::string& output() const { return output_; }
    void press(const char* keys) const { EXPECT_EQ(::write(fd_.get(), keys, 1), 1); }
    void ask_to_end() const { ::kill(pid_, SIGTERM); }
    // The exit status, once there is one; -1 if it doesn't come.
    [[nodiscard]] int exit_status() {
        int status = 0;
        ended_ = run_until(loop_, [&] { return waitpid(pid_, &status, WNOHANG) == pid_; });
        read_some();
        return ended_ && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

  private:
    [[noreturn]] static void become(std::vector<std::string> arguments) {
        std::string program = TANDEM_CTL;
        std::vector<char*> argv{program.data()};
        for (auto& argument : arguments)
            argv.push_back(argument.data());
        argv.push_back(nullptr);
        execv(program.c_str(), argv.data());
        _exit(127);
    }
    void read_some() {
        std::array<char, 4096> chunk{};
        ssize_t count = 0;
        while ((count = ::read(fd_.get(), chunk.data(), chunk.size())) > 0) {
            output_.append(chunk.data(), static_cast<std::size_t>(count));
        }
        if (count == 0 || errno == EIO) watch_.reset();  // it closed its end
    }

    Loop& loop_;
    pid_t pid_ = -1;
    OwnedFd fd_;
    Loop::Handle watch_;
    std::string output_;
    bool ended_ = false;
};

struct TandemctlOnBus : ::testing::Test {
    PrivateBus bus_daemon;
    Loop loop;
    BusConnection bus{loop, {bus_daemon.address(), {10ms, 50ms}}};
    std::optional<std::string> reload_failure;
    std::unique_ptr<BridgeObject> object;

    void serve() {
        bool named = false;
        const auto status = [] {
            BridgeStatus playing;
            playing.version = "1.2.3";
            playing.summary = "idle for a test";
            return to_json(playing);
        };
        object = std::make_unique<BridgeObject>(
            bus, "1.2.3",
            BridgeFunctions{status, [this] { return reload_failure; },
                            [&named](const std::string& trouble) { named = trouble.empty(); }});
        ASSERT_TRUE(run_until(loop, [&] { return named; }));
    }
    Tandemctl run(std::vector<std::string> arguments, Output kind = Output::pipe) {
        return {loop, kind, bus_daemon.address(), std::move(arguments)};
    }
    bool shows(const Tandemctl& program, const std::string& text) {
        return run_until(loop, [&] { return program.output().find(text) != std::string::npos; });
    }
};

TEST_F(TandemctlOnBus, StatusIsForPeopleOrAsJson) {
    serve();
    auto text = run({"status"});
    EXPECT_EQ(text.exit_status(), 0);
    EXPECT_THAT(text.output(), StartsWith("Tandem 1.2.3, up 0 s: idle for a test\n"));
    auto json = run({"status", "--json"});
    EXPECT_EQ(json.exit_status(), 0);
    EXPECT_EQ(status_from_json(json.output()).summary, "idle for a test");
}

TEST_F(TandemctlOnBus, ServiceThatDoesNotRunIsStatus3) {
    for (const auto* command : {"status", "watch", "reload"}) {
        auto program = run({command});
        EXPECT_EQ(program.exit_status(), 3) << command;
        EXPECT_THAT(program.output(), HasSubstr("systemctl start tandem"));
    }
}

TEST_F(TandemctlOnBus, MessageBusThatIsAwayIsStatus1) {
    Tandemctl program{loop, Output::pipe, "unix:path=/nonexistent/bus", {"status"}};
    EXPECT_EQ(program.exit_status(), 1);
    EXPECT_THAT(program.output(), StartsWith("tandemctl: "));
}

TEST_F(TandemctlOnBus, ReloadThatIsRefusedIsStatus78WithTheReason) {
    serve();
    auto taken = run({"reload"});
    EXPECT_EQ(taken.exit_status(), 0);
    reload_failure = "tandem.toml:3: capture.rate: 46000 is not supported";
    auto refused = run({"reload"});
    EXPECT_EQ(refused.exit_status(), 78);
    EXPECT_EQ(refused.output(), "tandemctl: " + *reload_failure + '\n');
}

TEST_F(TandemctlOnBus, WatchInAPipeIsOneLineATime) {
    serve();
    auto program = run({"watch"});
    EXPECT_TRUE(shows(program, "idle for a test; level -120.0 / -120.0 dBFS, +0.0 ppm\n"));
    program.ask_to_end();
    EXPECT_EQ(program.exit_status(), 0);
    EXPECT_THAT(program.output(), Not(HasSubstr("\x1b")));
}

TEST_F(TandemctlOnBus, WatchOnATerminalIsLiveUntilQ) {
    serve();
    auto program = run({"watch"}, Output::terminal);
    EXPECT_TRUE(shows(program, "idle for a test"));
    object.reset();
    EXPECT_TRUE(shows(program, "systemctl start tandem")) << "the view goes on without a service";
    program.press("q");
    EXPECT_EQ(program.exit_status(), 0);
    EXPECT_THAT(program.output(), HasSubstr("\x1b[?25h\x1b[?1049l"))
        << "the terminal is given back";
}

TEST_F(TandemctlOnBus, WrongUsageIsStatus2) {
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {}, {"play"}, {"status", "--xml"}, {"pair"}, {"pair", "AA:BB"}}) {
        auto program = run(arguments);
        EXPECT_EQ(program.exit_status(), 2);
    }
}

TEST_F(TandemctlOnBus, CheckNeedsNoServiceAndNamesTheMistake) {
    auto right = run({"check", TANDEM_SOURCE_DIR "/config/demo.toml"});
    EXPECT_EQ(right.exit_status(), 0);
    EXPECT_THAT(right.output(), EndsWith("right, 2 sinks: left, right\n"));
    auto wrong = run({"check", TANDEM_SOURCE_DIR "/README.md"});
    EXPECT_EQ(wrong.exit_status(), 78);
    EXPECT_THAT(wrong.output(), HasSubstr("README.md:3: syntax: "));
}

}  // namespace
}  // namespace tandem::testing
