// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal.hpp"

#include <fmt/format.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace tandem {
namespace {

// ECMA-48 and xterm control sequences.
// The alternate screen, without cursor and line wrap; and back.
constexpr const char* kTake = "\x1b[?1049h\x1b[?25l\x1b[?7l";
constexpr const char* kGive = "\x1b[?7h\x1b[?25h\x1b[?1049l";

}  // namespace

Colours colours_of(std::FILE* stream) {
    const char* none = std::getenv("NO_COLOR");
    const bool wanted = none == nullptr || *none == '\0';
    return wanted && isatty(fileno(stream)) != 0 ? Colours::on : Colours::off;
}

Glyphs glyphs_of_locale() {
    std::setlocale(LC_CTYPE, "");
    return std::string_view(nl_langinfo(CODESET)) == "UTF-8" ? Glyphs::blocks : Glyphs::ascii;
}

RawKeys::RawKeys() : taken_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (taken_) tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

RawKeys::~RawKeys() {
    if (taken_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

LiveTerminal::LiveTerminal() {
    // In the background, taking the keys would stop the process.
    if (isatty(STDIN_FILENO) != 0 && tcgetpgrp(STDIN_FILENO) == getpgrp()) keys_.emplace();
    fmt::print("{}", kTake);
    std::fflush(stdout);
}

LiveTerminal::~LiveTerminal() {
    std::fputs(kGive, stdout);
    std::fflush(stdout);
}

ScreenSize LiveTerminal::size() const {
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    ScreenSize screen;
    if (known && size.ws_row > 0)
        screen.rows = size.ws_row - 1;  // the cursor ends up on the last one
    if (known && size.ws_col > 0) screen.columns = size.ws_col;
    return screen;
}

void LiveTerminal::show(const std::string& text) {
    fmt::print("{}", drawn_over(text, size().rows));
    std::fflush(stdout);
}

bool LiveTerminal::end_pressed() {
    std::array<char, 64> keys{};
    const auto count = read(STDIN_FILENO, keys.data(), keys.size());
    if (count <= 0) return true;
    return std::find(keys.begin(), keys.begin() + count, 'q') != keys.begin() + count;
}

}  // namespace tandem
