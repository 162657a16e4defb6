// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

namespace tandem {
namespace {

// ECMA-48 and xterm control sequences.
constexpr const char* take = "\x1b[?1049h\x1b[?25l\x1b[?7l";  // other screen, no cursor, no wrap
constexpr const char* give = "\x1b[?7h\x1b[?25h\x1b[?1049l";
constexpr const char* home = "\x1b[H";
constexpr const char* clear_to_line_end = "\x1b[K";
constexpr const char* clear_below = "\x1b[J";

int rows() {
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
    return known ? size.ws_row : 24;
}

}  // namespace

LiveTerminal::LiveTerminal() {
    // In the background, taking the keys would stop the process.
    has_keys_ = isatty(STDIN_FILENO) != 0 && tcgetpgrp(STDIN_FILENO) == getpgrp() &&
                tcgetattr(STDIN_FILENO, &before_) == 0;
    if (has_keys_) {
        termios raw = before_;
        raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
        raw.c_cc[VMIN] = 0;
        raw.c_cc[VTIME] = 0;
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    fmt::print("{}", take);
    std::fflush(stdout);
}

LiveTerminal::~LiveTerminal() {
    std::fputs(give, stdout);
    std::fflush(stdout);
    if (has_keys_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

void LiveTerminal::show(const std::string& text) {
    std::string screen = home;
    std::istringstream lines{text};
    int left = rows() - 1;
    for (std::string line; left > 0 && std::getline(lines, line); --left) {
        screen += line + clear_to_line_end + "\r\n";
    }
    fmt::print("{}{}", screen, clear_below);
    std::fflush(stdout);
}

bool LiveTerminal::end_pressed() {
    std::array<char, 64> keys{};
    const auto count = read(STDIN_FILENO, keys.data(), keys.size());
    if (count <= 0) return true;
    return std::find(keys.begin(), keys.begin() + count, 'q') != keys.begin() + count;
}

}  // namespace tandem
