// SPDX-License-Identifier: GPL-3.0-or-later
#include "setup_screen.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "terminal.hpp"

namespace tandem {
namespace {

constexpr Duration kRedraw = std::chrono::milliseconds{100};
constexpr Duration kForEver = std::chrono::hours{1};
constexpr Duration kWithinSequence = std::chrono::milliseconds{50};
constexpr std::size_t kMostRows = 9;  // one digit each

void print(const std::string& text) {
    fmt::print("{}", text);
    std::fflush(stdout);
}

// Lines that are redrawn in place when they change. Long ones are cut off, not wrapped.
class Block {
  public:
    Block() { print("\x1b[?7l"); }
    ~Block() { print("\x1b[?7h"); }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;

    void show(const std::vector<std::string>& lines) {
        if (lines == shown_) return;
        std::string text = shown_.empty() ? "" : fmt::format("\x1b[{}A", shown_.size());
        for (const auto& line : lines)
            text += "\r\x1b[K" + line + "\r\n";
        print(text + "\x1b[J");
        shown_ = lines;
    }

  private:
    std::vector<std::string> shown_;
};

std::vector<std::string> lines_of(const std::vector<SetupScreen::Row>& rows) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i)
        lines.push_back(fmt::format("  {}  {}", rows[i].can_be_chosen ? std::to_string(i + 1) : "-",
                                    rows[i].text));
    lines.emplace_back(rows.empty() ? "  (none yet)" : "Press its number.");
    return lines;
}

// The row that `key` chooses.
std::optional<std::size_t> chosen(char key, const std::vector<SetupScreen::Row>& rows) {
    if (key < '1' || key > '9') return std::nullopt;
    const auto index = static_cast<std::size_t>(key - '1');
    const bool there = index < rows.size() && rows[index].can_be_chosen;
    return there ? std::optional(index) : std::nullopt;
}

}  // namespace

void TerminalScreen::say(const std::string& line) {
    print(line + '\n');
}

std::optional<char> TerminalScreen::read_key(Duration limit) {
    std::array<pollfd, 2> look{pollfd{STDIN_FILENO, POLLIN, 0},
                               pollfd{interrupts_.fd(), POLLIN, 0}};
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
    (void)::poll(look.data(), look.size(), static_cast<int>(ms));
    if (interrupts_.came()) throw SetupInterrupted();
    if (look[0].revents == 0) return std::nullopt;
    char key = 0;
    if (::read(STDIN_FILENO, &key, 1) != 1) throw SetupInterrupted();
    return key;
}

std::size_t TerminalScreen::choose(const std::string& question,
                                   const std::function<std::vector<Row>()>& rows) {
    say("\n" + question);
    const RawKeys raw;
    Block block;
    while (true) {
        const auto shown = rows();
        block.show(lines_of(shown));
        const auto key = read_key(kRedraw);
        if (!key) continue;
        if (const auto index = chosen(*key, shown)) return *index;
    }
}

char TerminalScreen::ask(const std::string& question, std::string_view answers) {
    print("\n" + question + ' ');
    const RawKeys raw;
    while (true) {
        const auto key = read_key(kForEver);
        if (!key) continue;
        const char meant = *key == '\n' ? answers.front() : *key;
        if (answers.find(meant) == std::string_view::npos) continue;
        print(meant == '\n' ? "\n" : fmt::format("{}\n", meant));
        return meant;
    }
}

// ECMA-48: an arrow is ESC [ A to D (or ESC O in application mode).
Key TerminalScreen::read_arrow() {
    const char bracket = read_key(kWithinSequence).value_or(0);
    if (bracket != '[' && bracket != 'O') return Key::other;
    switch (read_key(kWithinSequence).value_or(0)) {
        case 'A':
            return Key::up;
        case 'B':
            return Key::down;
        case 'C':
            return Key::right;
        case 'D':
            return Key::left;
        default:
            return Key::other;
    }
}

Key TerminalScreen::show_and_wait(const std::string& line, Duration limit) {
    print("\r\x1b[K" + line);
    const RawKeys raw;
    const auto key = read_key(std::max(limit, Duration::zero()));
    if (!key) return Key::none;
    if (*key == '\x1b') return read_arrow();
    if (*key == '\n') {
        print("\n");
        return Key::enter;
    }
    return *key == 'q' ? Key::quit : Key::other;
}

}  // namespace tandem
