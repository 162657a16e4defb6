// SPDX-License-Identifier: GPL-3.0-or-later
// tandemctl as a user runs it, in a pipe or on a terminal, against a bridge of the test's own.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dbus/program.hpp"
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

struct TandemctlOnBus : ::testing::Test {
    PrivateBus bus_daemon;
    Loop loop;
    BusConnection bus{loop, {bus_daemon.address(), {10ms, 50ms}}};
    test::TemporaryFolder folder;
    std::optional<std::string> reload_failure;
    Trim trim{4500us};
    Gain gain{-6};
    std::vector<int> clicks;
    std::vector<std::string> identified;
    std::unique_ptr<BridgeObject> object;

    TrimChange change_trim(const std::string& sink, Duration to) {
        if (sink != "left") throw BridgeRefusal("There is no sink \"" + sink + "\".");
        const TrimChange change{trim.in_force(), to};
        if (!trim.set(to)) throw BridgeRefusal("A trim that large is refused.");
        return change;
    }

    GainChange change_gain(const std::string& sink, double to_db) {
        if (sink != "left") throw BridgeRefusal("There is no sink \"" + sink + "\".");
        const GainChange change{gain.set_db(), to_db};
        if (!gain.set(to_db)) throw BridgeRefusal("A gain that large is refused.");
        return change;
    }

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

    BridgeFunctions bridge() {
        BridgeFunctions functions;
        functions.status = [this] { return status(); };
        functions.reload = [this] { return reload_failure; };
        functions.set_trim = [this](const std::string& sink, Duration to) {
            return change_trim(sink, to);
        };
        functions.adjust_trim = [this](const std::string& sink, Duration by) {
            return change_trim(sink, trim.in_force() + by);
        };
        functions.confirm_trim = [this](const std::string&) { trim.saved_as(trim.in_force()); };
        functions.set_gain = [this](const std::string& sink, double to_db) {
            return change_gain(sink, to_db);
        };
        functions.adjust_gain = [this](const std::string& sink, double by_db) {
            return change_gain(sink, gain.set_db() + by_db);
        };
        functions.confirm_gain = [this](const std::string&) { gain.saved_as(gain.set_db()); };
        functions.set_mute = [this](const std::string&, bool on) { gain.mute(on); };
        functions.click = [this](int count) {
            clicks.push_back(count);
            return std::vector<std::string>{"left", "right"};
        };
        functions.identify = [this](const std::string& sink) {
            if (sink != "left") throw BridgeRefusal("There is no sink \"" + sink + "\".");
            identified.push_back(sink);
        };
        return functions;
    }

    void serve() {
        bool named = false;
        BridgeFunctions functions = bridge();
        functions.name_trouble = [&named](const std::string& trouble) { named = trouble.empty(); };
        object =
            std::make_unique<BridgeObject>(bus, "1.2.3", folder.file("tandem.toml"), functions);
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
