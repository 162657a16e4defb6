// SPDX-License-Identifier: GPL-3.0-or-later
// The person at a terminal, local or over ssh. Thread: the main one.
#pragma once

#include <optional>

#include "interrupts.hpp"
#include "tandem/setup/setup.hpp"

namespace tandem {

class TerminalScreen final : public SetupScreen {
  public:
    explicit TerminalScreen(const Interrupts& interrupts) : interrupts_(interrupts) {}
    void say(const std::string& line) override;
    std::size_t choose(const std::string& question,
                       const std::function<std::vector<Row>()>& rows) override;
    char ask(const std::string& question, std::string_view answers) override;
    Key show_and_wait(const std::string& line, Duration limit) override;

  private:
    // Returns the next byte typed, or nullopt after `limit`. Throws SetupInterrupted.
    [[nodiscard]] std::optional<char> read_key(Duration limit);
    [[nodiscard]] Key read_arrow();

    const Interrupts& interrupts_;
};

}  // namespace tandem
