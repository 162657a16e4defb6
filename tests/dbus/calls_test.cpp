// SPDX-License-Identifier: GPL-3.0-or-later
// Calls over a connection: each is answered, by an error if need be, and carries what it was given.
#include <dbus/dbus.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dbus/bus_bench.hpp"

namespace tandem::testing {
namespace {

TEST_F(BusOnBus, LosesNoCallWhileTheBusIsFrozen) {
    BusConnection server(loop, settings);
    BusConnection client(loop, settings);
    const auto object = server.export_object(echo_object());
    const auto name = server.own_name("test.Echo", [](NameOwnership) {});
    std::string owner;
    const auto watch = client.watch_name("test.Echo", [&](const std::string& now) { owner = now; });
    ASSERT_TRUE(until([&] { return !owner.empty(); }));
    bus_daemon.freeze();
    const std::string big(60'000, 'x');  // 40 of them: far beyond any socket buffer
    std::size_t good = 0;
    std::vector<Loop::Handle> calls;
    calls.reserve(40);
    for (int i = 0; i < 40; ++i) {
        calls.push_back(
            client.call({"test.Echo", "/echo", "test.Echo", "Echo", {big}}, [&](const auto& reply) {
                good += reply.is("s") && reply.arguments[0].text() == big ? 1 : 0;
            }));
    }
    bool turned = false;
    const auto turn = loop.after(50ms, [&] { turned = true; });
    ASSERT_TRUE(until([&] { return turned; }));  // the loop goes round, nothing blocks
    EXPECT_EQ(good, 0U);
    bus_daemon.thaw();
    ASSERT_TRUE(until([&] { return good == 40; }));
}

TEST_F(BusOnBus, AnswersACallWithoutConnectionByAnError) {
    BusConnection bus(loop, {"unix:path=/nonexistent/bus", {1s, 1s}});
    std::string error;
    const auto call = bus.call({"org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId"},
                               [&](const BusReply& reply) { error = reply.error->name; });
    EXPECT_TRUE(error.empty());  // not from inside
    ASSERT_TRUE(until([&] { return !error.empty(); }));
    EXPECT_EQ(error, DBUS_ERROR_DISCONNECTED);
    EXPECT_TRUE(
        until([&] { return bus.trouble().find("cannot be reached") != std::string::npos; }));
}

TEST_F(BusOnBus, TimesOutACallNobodyAnswersAndForgetsACancelledOne) {
    BusConnection bus(loop, settings);
    ASSERT_TRUE(until([&] { return bus.connected(); }));
    bus_daemon.freeze();
    std::string error;
    bool cancelled_ran = false;
    const BusCall slow{"org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId", {}, 20ms};
    const auto call = bus.call(slow, [&](const BusReply& reply) { error = reply.error->name; });
    auto cancelled = bus.call(slow, [&](const BusReply&) { cancelled_ran = true; });
    cancelled.reset();
    cancelled.reset();
    ASSERT_TRUE(until([&] { return !error.empty(); }));
    EXPECT_EQ(error, DBUS_ERROR_NO_REPLY);
    bus_daemon.thaw();
    bool late = false;  // the answer that comes after all finds nobody, and nothing breaks
    const auto next = bus.call({"org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId"},
                               [&](const BusReply&) { late = true; });
    ASSERT_TRUE(until([&] { return late; }));
    EXPECT_FALSE(cancelled_ran);
}

TEST_F(BusOnBus, TellsAHandlersExceptionToCallerAndListenerAndGoesOn) {
    BusConnection server(loop, settings);
    BusConnection client(loop, settings);
    std::vector<std::string> faults;
    server.on_fault([&](const std::string& what) { faults.push_back(what); });
    const auto object = server.export_object(echo_object());
    bool owned = false;
    const auto name = server.own_name(
        "test.Echo", [&](NameOwnership ownership) { owned = ownership == NameOwnership::owned; });
    ASSERT_TRUE(until([&] { return owned && client.connected(); }));
    std::string error;
    const auto call = client.call({"test.Echo", "/echo", "test.Echo", "Throw"},
                                  [&](const BusReply& reply) { error = reply.error->message; });
    ASSERT_TRUE(until([&] { return !error.empty(); }));
    EXPECT_EQ(error, "oops");
    EXPECT_EQ(faults.size(), 1U);
    std::string echo;
    const auto again =
        client.call({"test.Echo", "/echo", "test.Echo", "Echo", {"still there"}},
                    [&](const BusReply& reply) { echo = reply.arguments[0].text(); });
    ASSERT_TRUE(until([&] { return echo == "still there"; }));
}

TEST_F(BusOnBus, RefusesToSendWhatLibdbusWouldAbortOn) {
    BusConnection bus(loop, settings);
    ASSERT_TRUE(until([&] { return bus.connected(); }));
    std::vector<std::string> errors;
    const auto note = [&](const BusReply& reply) {
        errors.push_back(reply.error ? reply.error->name : "");
    };
    const std::string name = "org.freedesktop.DBus";
    const auto a = bus.call({name, "/", name, "NameHasOwner", {"\xff\xfe"}}, note);
    const auto b = bus.call({name, "no path", name, "GetId"}, note);
    const auto c = bus.call({name, "/", name, "NameHasOwner", {ObjectPath{"no path"}}}, note);
    const auto d = bus.call({name, "/", "no interface!", "GetId"}, note);
    ASSERT_TRUE(until([&] { return errors.size() == 4; }));
    EXPECT_EQ(std::count(errors.begin(), errors.end(), DBUS_ERROR_FAILED), 4);
}

// Every type there and back, nested; and a message deeper than anybody needs.
TEST_F(BusOnBus, CarriesEveryTypeBothWays) {
    BusConnection server(loop, settings);
    BusConnection client(loop, settings);
    std::vector<Value> got;
    std::string signature;
    const Value::Struct everything{
        {true, std::uint8_t{1}, std::int16_t{-2}, std::uint16_t{3}, std::int32_t{-4},
         std::uint32_t{5}, std::int64_t{-6}, std::uint64_t{7}, 8.5, "nine", ObjectPath{"/ten"},
         TypeSignature{"a{sv}"}, Bytes{11, 12}, Value::array("s", {"a", "b"}),
         Value::properties({{"k", Value::properties({{"inner", true}})}}),
         Value::variant(Value::variant("deep"))}};
    const auto types = Value(everything).signature();
    const auto object = server.export_object(
        {"/echo", {{"test.Echo", "Take", types, types, [&](const IncomingCall& call) {
                        got = call.arguments;
                        return call.arguments;
                    }}}});
    const auto name = server.own_name("test.Echo", [](NameOwnership) {});
    std::string owner;
    const auto watch = client.watch_name("test.Echo", [&](const std::string& now) { owner = now; });
    ASSERT_TRUE(until([&] { return !owner.empty(); }));
    const auto call = client.call({"test.Echo", "/echo", "test.Echo", "Take", {everything}},
                                  [&](const BusReply& reply) { signature = reply.signature; });
    ASSERT_TRUE(until([&] { return !signature.empty(); }));
    EXPECT_EQ(signature, types);
    ASSERT_EQ(got.size(), 1U);
    const auto& items = got[0].items();
    ASSERT_EQ(items.size(), 16U);
    EXPECT_EQ(*items[1].as<std::uint8_t>(), 1);
    EXPECT_EQ(*items[6].as<std::int64_t>(), -6);
    EXPECT_EQ(*items[8].as<double>(), 8.5);
    EXPECT_EQ(items[10].text(), "/ten");
    EXPECT_EQ(*items[12].as<Bytes>(), (Bytes{11, 12}));
    EXPECT_EQ(items[13].items()[1].text(), "b");
    EXPECT_EQ(property<bool>(*items[14].find("k"), "inner"), true);
    EXPECT_EQ(items[15].text(), "deep");
}

}  // namespace
}  // namespace tandem::testing
