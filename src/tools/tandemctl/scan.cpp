// SPDX-License-Identifier: GPL-3.0-or-later
// Commands that find, forget and identify speakers.
#include "tandem/pairing/scan.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "commands.hpp"
#include "exit_code.hpp"
#include "signals.hpp"
#include "tandem/pairing/unpairing.hpp"
#include "tandem/remote/bridge_client.hpp"
#include "tandem/setup/words.hpp"

namespace tandem {
namespace {

void print_json(const std::vector<FoundSpeaker>& speakers) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& speaker : speakers) {
        auto& entry = list.emplace_back();
        entry["address"] = speaker.address;
        entry["name"] = speaker.name;
        entry["rssi_dbm"] = speaker.rssi ? nlohmann::ordered_json(*speaker.rssi) : nullptr;
        entry["paired"] = speaker.paired;
    }
    // Names come from other people's devices and need not be UTF-8.
    fmt::print("{}\n", list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

int run_scan(const std::string& adapter, int seconds, bool json) {
    Loop loop;
    BusConnection bus{loop, {}};
    std::vector<FoundSpeaker> found;
    std::optional<std::string> failure;
    {
        const EndSignals signals{loop, [&loop] { loop.stop(); }};
        const Scan scan{loop, bus, adapter, [&](const auto& all) { found = all; },
                        [&](const std::string& sentence) {
                            failure = sentence;
                            loop.stop();
                        }};
        if (!json) {
            fmt::print("Searching for {} s for speakers in pairing mode ...\n", seconds);
            std::fflush(stdout);
        }
        const auto end = loop.after(std::chrono::seconds{seconds}, [&loop] { loop.stop(); });
        loop.run();
    }
    bus.flush(std::chrono::seconds{1});  // sends the end of the search
    if (failure) return complain(*failure, exit_failed);
    if (json) {
        print_json(found);
        return exit_ok;
    }
    if (found.empty()) return complain(kNothingFound, exit_failed);
    for (const auto& speaker : found)
        fmt::print("{}\n", row_of(speaker));
    return exit_ok;
}

int run_unpair(const std::string& address) {
    Loop loop;
    BusConnection bus{loop, {}};
    std::optional<std::string> failure{"Interrupted: the speaker may still be paired."};
    {
        const EndSignals signals{loop, [&loop] { loop.stop(); }};
        const Unpairing unpairing{loop, bus, address, [&](const auto& why_not) {
                                      failure = why_not;
                                      loop.stop();
                                  }};
        loop.run();
    }
    if (failure) return complain(*failure, exit_failed);
    fmt::print("Removed the pairing with {0}. To use it again: \"sudo tandemctl pair {0}\".\n",
               address);
    return exit_ok;
}

int run_identify(const std::string& sink) {
    BridgeClient{}.commands().identify(sink);
    fmt::print("Playing three tones on {}.\n", sink);
    return exit_ok;
}

}  // namespace tandem
