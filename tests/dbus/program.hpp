// SPDX-License-Identifier: GPL-3.0-or-later
// A program of ours as a child process, in a pipe or on a terminal, with a bus of the test's own.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "dbus/bench.hpp"
#include "tandem/base/owned_fd.hpp"

namespace tandem::testing {

enum class Output { pipe, terminal };

// Standard output and error end up in output().
class Program {
  public:
    // `command`: the program's file, then its arguments.
    Program(Loop& loop, Output kind, const std::string& bus_address,
            std::vector<std::string> command)
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
            become(std::move(command));
        }
        ::close(ends[1]);
        if (kind == Output::terminal) ::close(ends[0]);
        fd_.reset(kind == Output::pipe ? ends[0] : fd);
        fcntl(fd_.get(), F_SETFL, O_NONBLOCK);
        watch_ = loop_.watch(fd_.get(), EPOLLIN, [this](auto) { read_some(); });
    }
    ~Program() {
        read_some();
        EXPECT_EQ(output_.find("Sanitizer: "), std::string::npos) << output_;
        if (ended_) return;
        ::kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    [[nodiscard]] const std::string& output() const { return output_; }
    [[nodiscard]] pid_t pid() const { return pid_; }
    void press(const char* keys) const { EXPECT_EQ(::write(fd_.get(), keys, 1), 1); }
    void ask_to_end() const { ::kill(pid_, SIGTERM); }
    // The exit status, once there is one; -1 if it doesn't come.
    [[nodiscard]] int exit_status() {
        int status = 0;
        // On a machine that is busy with other tests an end in order takes its time.
        ended_ = run_until(
            loop_, [&] { return waitpid(pid_, &status, WNOHANG) == pid_; }, 30s);
        read_some();
        return ended_ && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

  private:
    [[noreturn]] static void become(std::vector<std::string> command) {
        std::vector<char*> argv;
        for (auto& word : command)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        execv(argv[0], argv.data());
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

}  // namespace tandem::testing
