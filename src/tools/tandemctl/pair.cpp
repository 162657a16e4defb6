// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <optional>

#include "commands.hpp"
#include "exit_code.hpp"
#include "signals.hpp"
#include "tandem/bus/connection.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/pairing/pairing.hpp"

namespace tandem {

int run_pair(const std::string& address, const std::string& adapter) {
    Loop loop;
    BusConnection bus{loop, {}};
    std::optional<std::string> failure{"Interrupted: the speaker was not paired."};
    {
        const EndSignals signals{loop, [&loop] { loop.stop(); }};
        PairingSettings settings;
        settings.address = address;
        settings.adapter = adapter;
        const Pairing pairing{loop, bus, settings,
                              [](const std::string& sentence) {
                                  fmt::print("{}\n", sentence);
                                  std::fflush(stdout);
                              },
                              [&](const std::optional<std::string>& why_not) {
                                  failure = why_not;
                                  loop.stop();
                              }};
        loop.run();
    }
    // Sends the agent's removal and the end of the search.
    bus.flush(std::chrono::seconds{1});
    if (failure) return complain(*failure, exit_failed);
    fmt::print(
        "Paired with {0}. Add it to /etc/tandem/tandem.toml:\n\n"
        "    [[sink]]\n    name = \"...\"\n    address = \"{0}\"\n\n"
        "and run \"sudo tandemctl reload\".\n",
        address);
    return exit_ok;
}

}  // namespace tandem
