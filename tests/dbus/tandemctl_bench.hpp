// SPDX-License-Identifier: GPL-3.0-or-later
// tandemctl as a user runs it, in a pipe or on a terminal, against a bridge of the test's own.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dbus/program.hpp"
#include "fakes/no_commands.hpp"
#include "fakes/temporary_folder.hpp"
#include "places.hpp"
#include "tandem/config/gain.hpp"
#include "tandem/config/trim.hpp"
#include "tandem/remote/bridge_object.hpp"
#include "tandem/status/status.hpp"

namespace tandem::testing {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// One sink, "left", that obeys and remembers.
struct LeftCommands final : test::NoCommands {
    std::optional<std::string> reload_failure;
    Trim trim{4500us};
    Gain gain{-6};
    std::vector<std::uint32_t> clicks;
    std::vector<std::string> identified;
    std::vector<std::pair<std::string, std::uint32_t>> released;
    std::vector<std::string> taken;

    static void require(const std::string& sink) {
        if (sink != "left") throw BridgeRefusal("There is no sink \"" + sink + "\".");
    }
    void reload() override {
        if (reload_failure) throw ConfigRefusal(*reload_failure);
    }
    TrimChange set_trim(const std::string& sink, Duration to) override {
        require(sink);
        const TrimChange change{trim.in_force(), to};
        if (!trim.set(to)) throw BridgeRefusal("A trim that large is refused.");
        return change;
    }
    TrimChange adjust_trim(const std::string& sink, Duration by) override {
        return set_trim(sink, trim.in_force() + by);
    }
    void confirm_trim(const std::string&) override { trim.saved_as(trim.in_force()); }
    GainChange set_gain(const std::string& sink, double to_db) override {
        require(sink);
        const GainChange change{gain.set_db(), to_db};
        if (!gain.set(to_db)) throw BridgeRefusal("A gain that large is refused.");
        return change;
    }
    GainChange adjust_gain(const std::string& sink, double by_db) override {
        return set_gain(sink, gain.set_db() + by_db);
    }
    void confirm_gain(const std::string&) override { gain.saved_as(gain.set_db()); }
    void set_mute(const std::string&, bool on) override { gain.mute(on); }
    std::vector<std::string> click(std::uint32_t count) override {
        clicks.push_back(count);
        return {"left", "right"};
    }
    void release(const std::string& sink, std::uint32_t seconds) override {
        require(sink);
        released.emplace_back(sink, seconds);
    }
    void take(const std::string& sink) override {
        require(sink);
        taken.push_back(sink);
    }
    void identify(const std::string& sink) override {
        require(sink);
        identified.push_back(sink);
    }
};

struct TandemctlOnBus : ::testing::Test {
    PrivateBus bus_daemon;
    Loop loop;
    BusConnection bus{loop, {bus_daemon.address(), {10ms, 50ms}}};
    test::TemporaryFolder folder;
    LeftCommands commands;
    Trim& trim = commands.trim;
    Gain& gain = commands.gain;
    std::unique_ptr<BridgeObject> object;

    [[nodiscard]] BridgeStatus status() const {
        BridgeStatus playing;
        playing.version = "1.2.3";
        playing.summary = "idle for a test";
        playing.sinks.emplace_back().name = "left";
        playing.sinks[0].trim_ms = to_ms(trim.in_force());
        playing.sinks[0].trim_saved = trim.saved();
        playing.sinks[0].gain_db = gain.set_db();
        playing.sinks[0].gain_saved = gain.saved();
        playing.sinks[0].muted = gain.muted();
        return playing;
    }

    void serve() {
        bool named = false;
        object = std::make_unique<BridgeObject>(
            bus, commands,
            ServedBridge{"1.2.3", folder.file("tandem.toml"), [this] { return status(); },
                         [&named](const std::string& trouble) { named = trouble.empty(); }});
        ASSERT_TRUE(run_until(loop, [&] { return named; }));
    }
    Program run(std::vector<std::string> arguments, Output kind = Output::pipe) {
        arguments.insert(arguments.begin(), std::string{TANDEM_CTL});
        return {loop, kind, bus_daemon.address(), std::move(arguments)};
    }
    bool shows(const Program& program, const std::string& text) {
        return run_until(loop, [&] { return program.output().find(text) != std::string::npos; });
    }
};

}  // namespace tandem::testing
