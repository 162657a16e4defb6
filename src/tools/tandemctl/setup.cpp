// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/setup/setup.hpp"

#include <unistd.h>

#include <set>

#include "commands.hpp"
#include "exit_code.hpp"
#include "setup_machine.hpp"
#include "setup_screen.hpp"
#include "tandem/config/config.hpp"

namespace tandem {
namespace {

constexpr std::size_t kLongestName = 64;  // as in the configuration

std::optional<NamedSpeaker> parse_sink(const std::string& text) {
    const auto equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals > kLongestName) return std::nullopt;
    const auto address = parse_address(text.substr(equals + 1));
    if (!address) return std::nullopt;
    return NamedSpeaker{text.substr(0, equals), *address};
}

bool has_terminal() {
    return isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
}

}  // namespace

std::string check_sink(const std::string& text) {
    if (parse_sink(text)) return {};
    return '"' + text + "\" is not NAME=ADDRESS, such as left=AA:BB:CC:DD:EE:FF";
}

int run_setup(const std::string& card, const std::vector<std::string>& sinks, bool yes,
              const std::string& adapter) {
    SetupOptions options{card, {}, yes};
    std::set<std::string> seen;
    for (const auto& sink : sinks) {
        options.speakers.push_back(*parse_sink(sink));
        const auto& speaker = options.speakers.back();
        if (!seen.insert(speaker.name).second || !seen.insert(speaker.address).second)
            return complain(
                "--sink " + sink + ": a name or address is used twice; give each speaker its own.",
                exit_usage);
    }
    if (!yes && !has_terminal())
        return complain(
            "Setup asks questions and needs a terminal: run it in one, or use --yes with --card "
            "PCM "
            "--sink left=ADDRESS --sink right=ADDRESS.",
            exit_usage);
    Interrupts interrupts;
    TerminalScreen screen{interrupts};
    SetupMachine machine{interrupts, adapter};
    set_up(options, screen, machine);
    return exit_ok;
}

}  // namespace tandem
