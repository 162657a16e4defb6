// SPDX-License-Identifier: GPL-3.0-or-later
// typist ROWSxCOLUMNS COMMAND...: runs a command on a terminal of its own and uses it as a person
// does, who reads before they press. What to do comes on standard input, a line each:
//   expect SECONDS TEXT   until a line of the terminal has TEXT, from that of the last TEXT on
//   choose SECONDS TEXT   the same for a line with a number before TEXT, and presses the number
//   press KEY...          letters, or enter, right, left, up, down, ctrl-c
//   watch SECONDS         lets it go on for so long
//   keep FILE             writes what the terminal has shown so far, scrolled off or not
//   end SECONDS           until the command has ended
// The status is the command's; 1 with a sentence when something expected did not come.
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "terminal_screen.hpp"

namespace {

using Clock = std::chrono::steady_clock;

const std::map<std::string, std::string> kKeys{{"enter", "\r"},    {"up", "\x1b[A"},
                                               {"down", "\x1b[B"}, {"right", "\x1b[C"},
                                               {"left", "\x1b[D"}, {"ctrl-c", "\x03"}};

class Typist {
  public:
    Typist(winsize size, char** command) : screen_{size.ws_row, size.ws_col} {
        child_ = forkpty(&terminal_, nullptr, nullptr, &size);
        if (child_ < 0)
            throw std::runtime_error(std::string{"no terminal: "} + std::strerror(errno));
        if (child_ == 0) {
            execvp(command[0], command);
            std::perror(command[0]);
            _exit(127);
        }
    }
    ~Typist() {
        if (!status_ && kill(child_, SIGKILL) == 0) waitpid(child_, nullptr, 0);
        close(terminal_);
    }
    Typist(const Typist&) = delete;
    Typist& operator=(const Typist&) = delete;

    void obey(const std::string& line) {
        std::istringstream words{line};
        std::string verb;
        words >> verb >> std::ws;
        if (verb == "press") return press(words);
        if (verb == "keep") return keep(line.substr(verb.size() + 1));
        double seconds = -1;
        words >> seconds >> std::ws;
        std::string text;
        std::getline(words, text);
        const auto limit = std::chrono::duration<double>{seconds};
        if (verb == "watch" && seconds >= 0) return (void)read_until(limit, [] { return false; });
        if (verb == "end" && seconds >= 0) return end(limit);
        if (verb == "expect" && !text.empty()) return expect(limit, text, false);
        if (verb == "choose" && !text.empty()) return expect(limit, text, true);
        throw std::runtime_error('"' + line + "\" is no expect, choose, press, watch, keep or end");
    }

    [[nodiscard]] int status() {
        if (!status_) end(std::chrono::seconds{0});
        return *status_;
    }
    [[nodiscard]] std::string shown() const { return screen_.text(); }

  private:
    // Reads what the command writes until something is so; whether it was in time.
    template <typename Condition>
    bool read_until(std::chrono::duration<double> limit, Condition condition) {
        const auto end = Clock::now() + limit;
        while (!condition()) {
            const std::chrono::duration<double, std::milli> left = end - Clock::now();
            if (left.count() <= 0) return false;
            pollfd look{terminal_, POLLIN, 0};
            if (status_) look.fd = -1;  // nothing comes any more, but the time is to pass
            if (poll(&look, 1, static_cast<int>(left.count()) + 1) > 0) read_some();
        }
        return true;
    }

    void read_some() {
        std::array<char, 4096> chunk{};
        const ssize_t size = read(terminal_, chunk.data(), chunk.size());
        if (size > 0) return screen_.write({chunk.data(), static_cast<std::size_t>(size)});
        // EIO: the command has closed its terminal, which is its end.
        int status = 0;
        if (waitpid(child_, &status, 0) == child_)
            status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    void expect(std::chrono::duration<double> limit, const std::string& text, bool numbered) {
        std::optional<char> number;
        const auto found = [&] {
            const auto lines = screen_.lines();
            for (std::size_t i = from_ < lines.size() ? from_ : 0; i < lines.size(); ++i) {
                if (lines[i].find(text) == std::string::npos) continue;
                const auto first = lines[i].find_first_not_of(' ');
                const bool has_number = lines[i][first] >= '1' && lines[i][first] <= '9';
                if (numbered && !has_number) continue;
                number = lines[i][first];
                from_ = i;
                return true;
            }
            return false;
        };
        if (!read_until(limit, found)) throw std::runtime_error("there came no \"" + text + '"');
        if (numbered) type({*number});
    }

    void press(std::istringstream& keys) {
        for (std::string key; keys >> key;) {
            const auto known = kKeys.find(key);
            if (known == kKeys.end() && key.size() != 1)
                throw std::runtime_error('"' + key + "\" is no key");
            type(known == kKeys.end() ? key : known->second);
        }
    }
    void type(const std::string& octets) const {
        if (write(terminal_, octets.data(), octets.size()) != static_cast<ssize_t>(octets.size()))
            throw std::runtime_error("the command reads no key any more");
    }

    void keep(const std::string& path) const {
        std::ofstream file{path};
        for (const auto& line : screen_.lines())
            file << line << '\n';
        if (!file.flush()) throw std::runtime_error("cannot write " + path);
    }

    void end(std::chrono::duration<double> limit) {
        if (!read_until(limit, [this] { return status_.has_value(); }))
            throw std::runtime_error("the command does not end");
    }

    lab::TerminalScreen screen_;
    int terminal_ = -1;
    pid_t child_ = -1;
    std::size_t from_ = 0;  // the line of the last text that was expected
    std::optional<int> status_;
};

}  // namespace

int main(int argc, char** argv) {
    winsize size{};
    if (argc < 3 || std::sscanf(argv[1], "%hux%hu", &size.ws_row, &size.ws_col) != 2 ||
        size.ws_row == 0 || size.ws_col == 0) {
        std::fprintf(stderr, "usage: typist ROWSxCOLUMNS COMMAND...\n");
        return 2;
    }
    Typist typist{size, argv + 2};
    try {
        for (std::string line; std::getline(std::cin, line);)
            typist.obey(line);
        return typist.status();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "typist: error: %s; the terminal shows:\n%s", error.what(),
                     typist.shown().c_str());
        return 1;
    }
}
