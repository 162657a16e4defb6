// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <string>

#include "commands.hpp"
#include "exit_code.hpp"
#include "signals.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/service/bridge_client.hpp"
#include "tandem/service/status.hpp"
#include "terminal.hpp"

namespace tandem {
namespace {

constexpr auto redraw_period = std::chrono::milliseconds{500};
constexpr auto line_period = std::chrono::seconds{1};

// A service that is away for a moment is part of what one wants to see.
std::string text_or_trouble(const BridgeClient& client, std::string (*form)(const BridgeStatus&)) {
    try {
        return form(status_from_json(client.get_status()));
    } catch (const BridgeClientError& error) {
        return std::string{error.what()} + '\n';
    }
}

int watch_on_terminal(const BridgeClient& client) {
    Loop loop;
    const EndSignals signals{loop, [&loop] { loop.stop(); }};
    auto text = to_text(status_from_json(client.get_status()));  // not running now: an error
    {
        LiveTerminal terminal;
        Loop::Handle keys;
        if (terminal.has_keys()) {
            keys = loop.watch(STDIN_FILENO, EPOLLIN, [&](auto) {
                if (terminal.end_pressed()) loop.stop();
            });
        }
        terminal.show(text);
        const auto redraw = loop.every(redraw_period, [&] {
            text = text_or_trouble(client, to_text);
            terminal.show(text);
        });
        loop.run();
    }
    fmt::print("{}", text);  // the last view stays on the ordinary screen
    return exit_ok;
}

int watch_in_lines(const BridgeClient& client) {
    const auto print = [](const std::string& line) {
        fmt::print("{}", line);
        std::fflush(stdout);
    };
    Loop loop;
    const EndSignals signals{loop, [&loop] { loop.stop(); }};
    print(to_line(status_from_json(client.get_status())));
    const auto next = loop.every(line_period, [&] { print(text_or_trouble(client, to_line)); });
    loop.run();
    return exit_ok;
}

}  // namespace

int run_watch() {
    // Shorter than the client's own limit: a service that hangs must not freeze the view for long.
    const BridgeClient client{{}, std::chrono::seconds{2}};
    return isatty(STDOUT_FILENO) != 0 ? watch_on_terminal(client) : watch_in_lines(client);
}

}  // namespace tandem
