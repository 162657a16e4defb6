// SPDX-License-Identifier: GPL-3.0-or-later
// A terminal taken over for a live view, and given back as it was.
#pragma once

#include <termios.h>

#include <string>

namespace tandem {

class LiveTerminal {
  public:
    // Takes the terminal on standard output, and the keys if standard input is a terminal too.
    LiveTerminal();
    ~LiveTerminal();
    LiveTerminal(const LiveTerminal&) = delete;
    LiveTerminal& operator=(const LiveTerminal&) = delete;

    // Shows `text` in place of what was there; what does not fit is cut off.
    void show(const std::string& text);
    [[nodiscard]] bool has_keys() const { return has_keys_; }
    // Whether one of the keys pressed since the last call ends the view (q, or the end of input).
    [[nodiscard]] bool end_pressed();

  private:
    bool has_keys_ = false;
    termios before_{};
};

}  // namespace tandem
