// SPDX-License-Identifier: GPL-3.0-or-later
// A terminal that a live view takes over, and restores at its end.
#pragma once

#include <termios.h>

#include <cstdio>
#include <optional>
#include <string>

#include "tandem/status/watch_screen.hpp"

namespace tandem {

// On if `stream` is a terminal and NO_COLOR is not set (https://no-color.org).
[[nodiscard]] Colours colours_of(std::FILE* stream);

// Block elements if the locale's encoding is UTF-8.
[[nodiscard]] Glyphs glyphs_of_locale();

// Unbuffered keys without echo; Ctrl-C still sends a signal.
class RawKeys {
  public:
    RawKeys();
    ~RawKeys();
    RawKeys(const RawKeys&) = delete;
    RawKeys& operator=(const RawKeys&) = delete;
    [[nodiscard]] bool taken() const { return taken_; }

  private:
    termios before_{};
    bool taken_ = false;
};

class LiveTerminal {
  public:
    // Takes the terminal on standard output, and the keys if standard input is a terminal too.
    LiveTerminal();
    ~LiveTerminal();
    LiveTerminal(const LiveTerminal&) = delete;
    LiveTerminal& operator=(const LiveTerminal&) = delete;

    // The current size: it may change at any time.
    [[nodiscard]] ScreenSize size() const;
    // Shows `text` in place of what was there; lines that do not fit are left out.
    void show(const std::string& text);
    [[nodiscard]] bool has_keys() const { return keys_ && keys_->taken(); }
    // Whether one of the keys pressed since the last call ends the view (q, or the end of input).
    [[nodiscard]] bool end_pressed();

  private:
    std::optional<RawKeys> keys_;
};

}  // namespace tandem
