// SPDX-License-Identifier: GPL-3.0-or-later
// The service itself, as systemd starts it: on a bus with a fake BlueZ, seen through tandemctl.
#pragma once

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "dbus/program.hpp"
#include "fakes/temporary_folder.hpp"
#include "places.hpp"
#include "tandem/remote/bridge_object.hpp"
#include "tandem/status/status.hpp"

namespace tandem::testing {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct TandemdOnBus : ::testing::Test {
    PrivateBus bus_daemon;
    FakeBluez bluez{bus_daemon.address()};
    Loop loop;
    test::TemporaryFolder folder;
    BusConnection bus{loop, {bus_daemon.address(), {10ms, 100ms}}};
    std::string owner;  // of the service's name
    Loop::Handle name =
        bus.watch_name(kBridgeName, [this](const std::string& now) { owner = now; });
    std::optional<Program> daemon;

    TandemdOnBus() { bluez.add_adapter("hci0", "00:00:00:00:00:10"); }
    [[nodiscard]] bool until(const std::function<bool()>& holds) { return run_until(loop, holds); }
    void start(const std::string& config) {
        folder.write("tandem.toml", config);
        start();
    }
    void start() {
        daemon.reset();
        EXPECT_TRUE(until([&] { return owner.empty(); }));
        daemon.emplace(
            loop, Output::pipe, bus_daemon.address(),
            std::vector<std::string>{TANDEM_DAEMON, "--config", folder.file("tandem.toml"),
                                     "--state", folder.file("state.toml")});
    }
    int stop() {
        daemon->ask_to_end();
        return daemon->exit_status();
    }
    // What tandemctl prints; it has to end well.
    std::string ctl(std::vector<std::string> arguments, int status = 0) {
        arguments.insert(arguments.begin(), std::string{TANDEM_CTL});
        Program program{loop, Output::pipe, bus_daemon.address(), std::move(arguments)};
        EXPECT_EQ(program.exit_status(), status) << program.output();
        return program.output();
    }
    SinkStatus sink(std::size_t index) {
        return status_from_json(ctl({"status", "--json"})).sinks.at(index);
    }
    // Whether it says `text` and can be talked to.
    [[nodiscard]] bool logs(const std::string& text) {
        return until(
            [&] { return daemon->output().find(text) != std::string::npos && !owner.empty(); });
    }
    [[nodiscard]] std::size_t times_logged(const std::string& text) const {
        std::size_t times = 0;
        for (auto at = daemon->output().find(text); at != std::string::npos;
             at = daemon->output().find(text, at + 1))
            ++times;
        return times;
    }
};

inline const std::string kModels =
    "[capture]\ndevice = \"tone\"\n"
    "[[sink]]\nname = \"left\"\naddress = \"virtual\"\n"
    "[[sink]]\nname = \"right\"\naddress = \"virtual\"\ntrim_ms = 2 # by ear\n";
inline const std::string kSpeakers =
    "[capture]\ndevice = \"tone\"\n[[sink]]\nname = \"left\"\naddress = \"" + kLeft +
    "\"\n[[sink]]\nname = \"right\"\naddress = \"" + kRight + "\"\n";

}  // namespace tandem::testing
