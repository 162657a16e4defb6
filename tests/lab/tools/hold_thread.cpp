// SPDX-License-Identifier: GPL-3.0-or-later
// hold_thread PROGRAM THREAD: stops one thread of a running program, and no other, as a driver that
// hangs would. Says "held" and keeps it so until the program ends.
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace {

std::string name_of(const std::filesystem::path& task) {
    std::string name;
    std::getline(std::ifstream(task / "comm"), name);
    return name;
}

pid_t find_thread(const std::string& program, const std::string& thread) {
    std::error_code gone;  // programs and threads end while one looks
    for (const auto& process : std::filesystem::directory_iterator("/proc")) {
        if (name_of(process) != program) continue;
        for (const auto& task :
             std::filesystem::directory_iterator(process.path() / "task", gone)) {
            if (name_of(task) == thread) return std::stoi(task.path().filename());
        }
    }
    throw std::runtime_error("there is no thread " + thread + " of a program " + program);
}

void check(long result, const char* what) {
    if (result < 0) throw std::runtime_error(std::string{what} + ": " + std::strerror(errno));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 3) throw std::runtime_error("usage: hold_thread PROGRAM THREAD");
        const pid_t thread = find_thread(argv[1], argv[2]);
        check(ptrace(PTRACE_SEIZE, thread, nullptr, nullptr), "seize");
        check(ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr), "interrupt");
        int status = 0;
        check(waitpid(thread, &status, __WALL), "wait");
        std::printf("held\n");
        std::fflush(stdout);
        while (waitpid(thread, &status, __WALL) == thread && !WIFSIGNALED(status) &&
               !WIFEXITED(status)) {
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "hold_thread: error: %s\n", error.what());
        return 1;
    }
}
