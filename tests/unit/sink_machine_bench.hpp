// SPDX-License-Identifier: GPL-3.0-or-later
// A sink's state machine with its world: time moves by hand, actions are collected.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tandem/bluez/sink_machine.hpp"

namespace tandem::test {

using namespace std::chrono_literals;

inline const BusError kPageTimeout{"org.bluez.Error.Failed", "br-connection-page-timeout"};
inline const BusError kCanceled{"org.bluez.Error.Failed", "br-connection-canceled"};
inline const BusError kNotAuthorized{"org.bluez.Error.NotAuthorized", "Operation Not Authorized"};
inline const BusError kInProgress{"org.bluez.Error.InProgress", "In Progress"};

struct SinkBench {
    SinkMachine machine{"AA:BB:CC:DD:EE:FF", SinkPolicy{}};
    SinkFacts facts;
    Time now{1000s};
    std::vector<SinkAction> done;

    SinkBench() { facts.adapter = "hci0"; }
    void update() {
        machine.update(facts, now);
        collect();
    }
    void collect() {
        for (const auto action : machine.take_actions())
            done.push_back(action);
    }
    void pass(Duration time) {
        now += time;
        update();
    }
    // Pages if one is due; whether it did.
    bool page() {
        update();
        if (!machine.wants_connect(now)) return false;
        machine.start_connect(now);
        collect();
        return true;
    }
    void nobody_answers(int pages) {
        for (int i = 0; i < pages; ++i) {
            while (!page())
                now += std::chrono::milliseconds(100);
            machine.on_connect_done(kPageTimeout, now);
        }
    }
    void connect_succeeds() {
        machine.on_connect_done(std::nullopt, now);
        facts.connected = true;
        update();
    }
    void transport_appears(const std::string& path = "/t/fd0") {
        facts.transport = path;
        facts.connected = true;
        facts.transport_state = TransportState::idle;
        update();
    }
    void acquire_succeeds() {
        machine.on_acquire_done(std::nullopt, now);
        update();
        facts.transport_state = TransportState::active;
        update();
    }
    void speaker_suspends() {
        facts.transport_state = TransportState::idle;
        ++facts.transport_ended;
        update();
    }
    void configure() {
        page();
        connect_succeeds();
        transport_appears();
    }
    void stream() {
        configure();
        acquire_succeeds();
        done.clear();
    }
    // The page is answered, and the stream refused over a connection that stays.
    void refuses() {
        page();
        facts.connected = true;
        update();
        machine.on_connect_done(BusError{"org.bluez.Error.Failed", "br-connection-refused"}, now);
    }
    void speaker_vanishes() {
        facts.transport.clear();
        facts.connected = false;
        update();
    }
    [[nodiscard]] long count(SinkAction action) const {
        return std::count(done.begin(), done.end(), action);
    }
};

}  // namespace tandem::test
