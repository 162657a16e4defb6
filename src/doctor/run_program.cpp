// SPDX-License-Identifier: GPL-3.0-or-later
#include "doctor/run_program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "tandem/link/owned_fd.hpp"

namespace tandem {
namespace {

constexpr std::size_t kMost = 1 << 20;

std::string read_all(int fd) {
    std::string text;
    std::array<char, 4096> chunk{};
    for (ssize_t size = 0; (size = read(fd, chunk.data(), chunk.size())) > 0;)
        if (text.size() < kMost) text.append(chunk.data(), static_cast<std::size_t>(size));
    return text;
}

}  // namespace

std::string output_of(std::vector<std::string> command) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return {};
    const OwnedFd from(ends[0]);
    OwnedFd to(ends[1]);
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (std::string& word : command)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to.get(), STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = -1;
    const bool started =
        posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    to.reset(-1);
    if (!started) return {};
    std::string text = read_all(from.get());
    waitpid(pid, nullptr, 0);
    return text;
}

}  // namespace tandem
