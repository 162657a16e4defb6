// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <utility>

#include "commands.hpp"
#include "exit_code.hpp"
#include "signals.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/remote/bridge_client.hpp"
#include "tandem/status/status.hpp"
#include "tandem/status/watch_screen.hpp"
#include "terminal.hpp"

namespace tandem {
namespace {

constexpr auto kRedrawPeriod = std::chrono::milliseconds{500};
constexpr auto kLinePeriod = std::chrono::seconds{1};

// The newest status and those before it, or why there is none: a service that goes away for a
// moment is part of the view.
class View {
  public:
    explicit View(const BridgeClient& client) : client_(client) {}

    // Throws BridgeClientError where there is no service to begin with.
    void begin() { take(status_from_json(client_.get_status())); }
    void renew() {
        try {
            take(status_from_json(client_.get_status()));
        } catch (const BridgeClientError& error) {
            trouble_ = std::string{error.what()} + '\n';
        }
    }
    [[nodiscard]] std::string screen(ScreenSize size, ScreenStyle style) const {
        return trouble_.empty() ? watch_screen(status_, history_, size, style) : trouble_;
    }
    [[nodiscard]] std::string line() const {
        return trouble_.empty() ? to_line(status_) : trouble_;
    }
    [[nodiscard]] std::string text(Colours colours) const {
        return trouble_.empty() ? to_text(status_, colours) : trouble_;
    }

  private:
    void take(BridgeStatus status) {
        status_ = std::move(status);
        history_.note(status_);
        trouble_.clear();
    }

    const BridgeClient& client_;
    BridgeStatus status_;
    WatchHistory history_;
    std::string trouble_;  // empty: none
};

int watch_on_terminal(View& view) {
    Loop loop;
    const EndSignals signals{loop, [&loop] { loop.stop(); }};
    const ScreenStyle style{colours_of(stdout), glyphs_of_locale()};
    {
        LiveTerminal terminal;
        Loop::Handle keys;
        if (terminal.has_keys()) {
            keys = loop.watch(STDIN_FILENO, EPOLLIN, [&](auto) {
                if (terminal.end_pressed()) loop.stop();
            });
        }
        const auto show = [&] { terminal.show(view.screen(terminal.size(), style)); };
        show();
        const SignalWatch resized{loop, {SIGWINCH}, show};
        const auto redraw = loop.every(kRedrawPeriod, [&] {
            view.renew();
            show();
        });
        loop.run();
    }
    fmt::print("{}", view.text(style.colours));  // the last view stays on the ordinary screen
    return exit_ok;
}

int watch_in_lines(View& view) {
    const auto print = [&view] {
        fmt::print("{}", view.line());
        std::fflush(stdout);
    };
    Loop loop;
    const EndSignals signals{loop, [&loop] { loop.stop(); }};
    print();
    const auto next = loop.every(kLinePeriod, [&] {
        view.renew();
        print();
    });
    loop.run();
    return exit_ok;
}

}  // namespace

int run_watch() {
    // Shorter than the client's default: a service that hangs must not freeze the view for long.
    const BridgeClient client{{}, std::chrono::seconds{2}};
    View view{client};
    view.begin();
    return isatty(STDOUT_FILENO) != 0 ? watch_on_terminal(view) : watch_in_lines(view);
}

}  // namespace tandem
