// SPDX-License-Identifier: GPL-3.0-or-later
#include <dbus/dbus.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "dbus/bus_bench.hpp"
#include "tandem/base/clock.hpp"

namespace tandem::testing {
namespace {

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST_F(BusOnBus, KeepsTheNumberOfDescriptorsOverFiveConnections) {
    const auto cycle = [&] {
        BusConnection bus(loop, settings);
        bool answered = false;
        ASSERT_TRUE(until([&] { return bus.connected(); }));
        const auto call = bus.call({"org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId"},
                                   [&](const BusReply& reply) { answered = reply.is("s"); });
        ASSERT_TRUE(until([&] { return answered; }));
    };
    cycle();  // what libraries open once is open now
    const auto before = open_descriptors();
    for (int i = 0; i < 5; ++i)
        cycle();
    EXPECT_EQ(open_descriptors(), before);
}

TEST_F(BusOnBus, KeepsTheNumberOfDescriptorsOverFiveReconnections) {
    BusConnection bus(loop, settings);
    std::size_t before = 0;
    for (int i = 0; i < 6; ++i) {
        ASSERT_TRUE(until([&] { return bus.connected(); }));
        if (i == 0) before = open_descriptors();
        bus_daemon.kill();
        ASSERT_TRUE(until([&] { return !bus.connected(); }));
        EXPECT_FALSE(bus.trouble().empty());
        bus_daemon.start();
    }
    ASSERT_TRUE(until([&] { return bus.connected(); }));
    EXPECT_EQ(open_descriptors(), before);
}

TEST_F(BusOnBus, FailsWhatIsPendingWhenTheBusGoes) {
    BusConnection bus(loop, settings);
    ASSERT_TRUE(until([&] { return bus.connected(); }));
    bus_daemon.freeze();
    std::string error;
    const auto call = bus.call({"org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId"},
                               [&](const BusReply& reply) { error = reply.error->name; });
    bus_daemon.kill();
    ASSERT_TRUE(until([&] { return !error.empty(); }));
    EXPECT_EQ(error, DBUS_ERROR_DISCONNECTED);
}

// Serials begin anew with each connection.
TEST_F(BusOnBus, KeepsANewCallWhenTheHandleOfAnOldConnectionGoes) {
    BusConnection bus(loop, settings);
    const BusCall get_id{"org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId"};
    std::vector<Loop::Handle> old;
    std::vector<Loop::Handle> fresh;
    int answers = 0;
    const auto connection = bus.on_connection([&](bool connected) {
        auto& handles = old.empty() ? old : fresh;
        for (int i = 0; connected && i < 10; ++i) {
            handles.push_back(
                bus.call(get_id, [&](const BusReply& reply) { answers += reply.is("s") ? 1 : 0; }));
        }
        if (!fresh.empty()) old.clear();
    });
    ASSERT_TRUE(until([&] { return answers == 10; }));
    bus_daemon.kill();
    ASSERT_TRUE(until([&] { return !bus.connected(); }));
    bus_daemon.start();
    ASSERT_TRUE(until([&] { return answers == 20; }));
}

// A bus that takes the connection and then says nothing.
TEST_F(BusOnBus, TurnsItsLoopWhileTheBusDoesNotGreet) {
    bus_daemon.freeze();
    BusConnection bus(loop, settings);
    int turns = 0;
    const auto turn = loop.every(5ms, [&] { ++turns; });
    ASSERT_TRUE(until([&] { return turns == 60; }));
    EXPECT_FALSE(bus.connected());
    EXPECT_NE(bus.trouble().find("has not answered yet"), std::string::npos);
    bus_daemon.thaw();
    ASSERT_TRUE(until([&] { return bus.connected(); }));
}

TEST_F(BusOnBus, GoesAwayAtOnceWhileTheBusDoesNotGreet) {
    bus_daemon.freeze();
    const Time before = now_monotonic();
    {
        BusConnection bus(loop, settings);
        bool turned = false;
        const auto turn = loop.after(20ms, [&] { turned = true; });
        ASSERT_TRUE(until([&] { return turned; }));
    }
    EXPECT_LT(now_monotonic() - before, 2s * kSlowness);
    bus_daemon.thaw();
    BusConnection next(loop, settings);
    ASSERT_TRUE(until([&] { return next.connected(); }));
}

// The policy of the service, not of the test.
TEST_F(BusOnBus, IsBackWithinFiveSecondsAfterALongAbsenceOfTheBus) {
    BusConnection bus(loop, {bus_daemon.address()});
    ASSERT_TRUE(until([&] { return bus.connected(); }));
    bus_daemon.kill();
    int failed = 0;
    const auto attempts = bus.on_connection([&](bool connected) { failed += connected ? 0 : 1; });
    ASSERT_TRUE(until([&] { return failed >= 4; }));  // its waits are as long as they get
    bus_daemon.start();
    const Time returned = now_monotonic();
    ASSERT_TRUE(until([&] { return bus.connected(); }));
    EXPECT_LT(now_monotonic() - returned, 5s * kSlowness);
}

TEST_F(BusOnBus, TellsTakenNamesFromOwnOnes) {
    BusConnection first(loop, settings);
    BusConnection second(loop, settings);
    std::vector<NameOwnership> outcomes;
    const auto note = [&](NameOwnership ownership) { outcomes.push_back(ownership); };
    auto mine = first.own_name("test.Name", note);
    ASSERT_TRUE(until([&] { return outcomes.size() == 1; }));
    const auto theirs = second.own_name("test.Name", note);
    ASSERT_TRUE(until([&] { return outcomes.size() == 2; }));
    EXPECT_EQ(outcomes, (std::vector{NameOwnership::owned, NameOwnership::taken}));
    mine.reset();  // who had it goes
    ASSERT_TRUE(until([&] { return outcomes.size() == 3; }));
    EXPECT_EQ(outcomes.back(), NameOwnership::owned);
}

}  // namespace
}  // namespace tandem::testing
