// SPDX-License-Identifier: GPL-3.0-or-later
// What every test here needs: a bus, a fake BlueZ with two speakers, our side, and waiting for
// conditions with a limit, never for a time.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dbus/fake_bluez.hpp"
#include "dbus/private_bus.hpp"
#include "tandem/bluez/reasons.hpp"
#include "tandem/bluez/sink_control.hpp"
#include "tandem/bus/connection.hpp"

namespace tandem::testing {

using namespace std::chrono_literals;

#ifdef TANDEM_SANITIZED
inline constexpr int kSlowness = 4;  // programs are several times slower
#else
inline constexpr int kSlowness = 1;
#endif
inline constexpr Duration kPatience = 10s * kSlowness;

// Runs the loop until `holds`, at most `limit`; whether it held.
[[nodiscard]] inline bool run_until(Loop& loop, const std::function<bool()>& holds,
                                    Duration limit = kPatience) {
    bool held = holds();
    if (held) return true;
    const auto check = loop.every(2ms, [&] {
        held = holds();
        if (held) loop.stop();
    });
    const auto end = loop.after(limit, [&] { loop.stop(); });
    loop.run();
    return held || holds();
}

// Keeps what sink control reported.
struct Recorder : SinkEvents {
    struct Sink {
        SinkState state = SinkState::absent;
        Reason reason;
        std::vector<SinkState> history;
        std::optional<AcquiredTransport> stream;
        int started = 0;
        int stopped = 0;
        std::vector<Duration> delays;
        std::vector<std::optional<int>> volumes;
    };
    std::map<std::string, Sink> sinks;
    std::vector<std::string> bluetooth;  // reason codes
    std::vector<std::string> notes;      // reason codes

    void state_changed(const std::string& sink, SinkState state, const Reason& reason) override {
        Sink& known = sinks[sink];
        if (!known.history.empty() && known.state == state && known.reason == reason) return;
        known.state = state;
        known.reason = reason;
        known.history.push_back(state);
    }
    void stream_started(const std::string& sink, AcquiredTransport transport) override {
        sinks[sink].stream = std::move(transport);
        ++sinks[sink].started;
    }
    void stream_stopped(const std::string& sink) override {
        sinks[sink].stream.reset();
        ++sinks[sink].stopped;
    }
    void delay_reported(const std::string& sink, Duration latency) override {
        sinks[sink].delays.push_back(latency);
    }
    void volume_reported(const std::string& sink, std::optional<int> level) override {
        sinks[sink].volumes.push_back(level);
    }
    void bluetooth_changed(const Reason& reason) override {
        const std::string code(word_of(reason.code));
        if (code != (bluetooth.empty() ? "" : bluetooth.back())) bluetooth.push_back(code);
    }
    void noticed(const Reason& what) override { notes.emplace_back(word_of(what.code)); }

    [[nodiscard]] bool streaming(const std::string& sink) { return sinks[sink].stream.has_value(); }
    [[nodiscard]] bool shows(const std::string& sink, std::string_view word) {
        return word_of(sinks[sink].reason.code) == word;
    }
};

// Waits a hundred times shorter than in production.
inline SinkPolicy quick_policy() {
    SinkPolicy policy;
    policy.reconnect = {.rest = {20ms, 200ms},
                        .idle_rest = 50ms,
                        .after_loss = 10ms,
                        .its_turn = 50ms,
                        .after_refusal = 30ms,
                        .page = 300ms,
                        .attempt = 1s};
    policy.registering = {20ms, 200ms};
    policy.acquire = {10ms, 100ms};
    policy.yield = {10ms, 100ms};
    policy.in_progress = 5ms;
    policy.configuring = 100ms;
    policy.stable = 100ms;
    policy.start = 10ms;
    return policy;
}

struct Bench : ::testing::Test {
    PrivateBus bus_daemon;
    FakeBluez bluez{bus_daemon.address()};
    Loop loop;
    BusConnection bus{loop, {bus_daemon.address(), {10ms, 100ms}}};
    Recorder recorder;
    std::unique_ptr<SinkControl> control;
    std::vector<std::string> faults;

    Bench() {
        bluez.add_adapter("hci0", "00:00:00:00:00:10");
        bluez.add_speaker({.address = kLeft});
        bluez.add_speaker({.address = kRight});
        bus.on_fault([this](const std::string& what) { faults.push_back(what); });
    }
    // `left` and `right` on any adapter.
    void start_control() { start_control({{"left", kLeft, ""}, {"right", kRight, ""}}); }
    void start_control(std::vector<SinkTarget> sinks) {
        control = std::make_unique<SinkControl>(loop, bus, recorder, quick_policy());
        control->configure(std::move(sinks), {});
    }
    [[nodiscard]] bool until(const std::function<bool()>& holds, Duration limit = 10s) {
        return run_until(loop, holds, limit);
    }
    [[nodiscard]] bool both_stream() {
        return until([&] { return recorder.streaming("left") && recorder.streaming("right"); });
    }
};

}  // namespace tandem::testing
