// SPDX-License-Identifier: GPL-3.0-or-later
#include "places.hpp"
#include "tandem/remote/bridge_object.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <regex>
#include <thread>

#include "dbus/bench.hpp"
#include "fakes/no_commands.hpp"
#include "tandem/remote/bridge_client.hpp"

namespace tandem::testing {
namespace {

struct ReloadOnly final : test::NoCommands {
    std::optional<std::string> failure;
    int reloads = 0;
    void reload() override {
        ++reloads;
        if (failure) throw ConfigRefusal(*failure);
    }
};

struct BridgeOnBus : ::testing::Test {
    PrivateBus bus_daemon;
    Loop loop;
    BusConnection bus{loop, {bus_daemon.address(), {10ms, 50ms}}};
    std::string name_trouble = "not asked yet";
    ReloadOnly commands;
    BridgeStatus status = [] {
        BridgeStatus now;
        now.version = "1.2.3";
        now.capture.state = "running";
        now.sinks.emplace_back().name = "left";
        return now;
    }();
    int moments = 0;  // that the status was made of
    BridgeObject object{bus,
                        commands,
                        {"1.2.3", "/etc/tandem/tandem.toml",
                         [this] {
                             ++moments;
                             return status;
                         },
                         [this](const std::string& trouble) { name_trouble = trouble; }}};

    [[nodiscard]] bool until(const std::function<bool()>& holds) { return run_until(loop, holds); }
    [[nodiscard]] bool serving() {
        return until([&] { return name_trouble.empty(); });
    }
    // Runs a blocking client beside our loop; gives what it returned or threw.
    std::string with_client(const std::function<std::string(BridgeClient&)>& use) {
        std::atomic<bool> finished{false};
        std::string result;
        std::thread thread([&] {
            BridgeClient client(bus_daemon.address(), 5s);
            try {
                result = use(client);
            } catch (const BridgeClientError& error) {
                result = error.what();
            }
            finished = true;
        });
        EXPECT_TRUE(until([&] { return finished.load(); }));
        thread.join();
        return result;
    }
};

TEST_F(BridgeOnBus, GivesItsStatusAndVersionToTheClient) {
    ASSERT_TRUE(serving());
    const auto json = with_client([](BridgeClient& client) { return client.get_status(); });
    EXPECT_EQ(json, to_json(status));
    EXPECT_EQ(with_client([](BridgeClient& client) { return client.get_version(); }), "1.2.3");
}

TEST_F(BridgeOnBus, ReloadsAndTellsWhyItCouldNot) {
    ASSERT_TRUE(serving());
    const auto reload = [](BridgeClient& client) {
        client.commands().reload();
        return std::string("done");
    };
    EXPECT_EQ(with_client(reload), "done");
    commands.failure = "tandem.toml:3: capture.rate: it must be 44100 or 48000.";
    EXPECT_EQ(with_client(reload), *commands.failure);
    EXPECT_EQ(commands.reloads, 2);
}

TEST_F(BridgeOnBus, ClaimsItsNameAgainAfterTheBusReturned) {
    ASSERT_TRUE(serving());
    bus_daemon.kill();
    ASSERT_TRUE(until([&] { return !bus.connected(); }));
    name_trouble = "lost";
    bus_daemon.start();
    ASSERT_TRUE(serving());
    EXPECT_EQ(with_client([](BridgeClient& client) { return client.get_version(); }), "1.2.3");
}

TEST_F(BridgeOnBus, SaysThatAnotherTandemdRuns) {
    ASSERT_TRUE(serving());
    BusConnection second_bus(loop, {bus_daemon.address()});
    std::string trouble;
    const BridgeObject second(second_bus, commands,
                              {"1", "/etc/tandem/tandem.toml", [] { return BridgeStatus(); },
                               [&](const std::string& what) { trouble = what; }});
    ASSERT_TRUE(until([&] { return !trouble.empty(); }));
    EXPECT_NE(trouble.find("another tandemd runs"), std::string::npos);
}

TEST_F(BridgeOnBus, CanBeIntrospectedReadWholeAndNotWritten) {
    ASSERT_TRUE(serving());
    BusConnection client(loop, {bus_daemon.address()});
    ASSERT_TRUE(until([&] { return client.connected(); }));
    std::vector<BusReply> replies;
    std::vector<Loop::Handle> calls;
    const auto ask = [&](const std::string& interface, const std::string& member,
                         std::vector<Value> arguments) {
        const auto count = replies.size();
        calls.push_back(
            client.call({kBridgeName, kBridgePath, interface, member, std::move(arguments)},
                        [&](const BusReply& reply) { replies.push_back(reply); }));
        EXPECT_TRUE(until([&] { return replies.size() > count; }));
        return replies.back();
    };
    const std::string properties(kPropertiesInterface);
    const auto xml = ask("org.freedesktop.DBus.Introspectable", "Introspect", {});
    ASSERT_TRUE(xml.is("s"));
    EXPECT_NE(
        xml.arguments[0].text().find("<property name=\"Status\" type=\"s\" access=\"read\"/>"),
        std::string::npos);
    std::ifstream file{TANDEM_SOURCE_DIR "/docs/dbus.md"};
    const std::string document{std::istreambuf_iterator<char>{file}, {}};
    const std::regex member{"<(?:property|method) name=\"([A-Z]\\w+)\""};
    const std::string interface =
        xml.arguments[0].text().substr(xml.arguments[0].text().find("\"io.tandem.Bridge1\""));
    int members = 0;
    for (std::sregex_iterator found{interface.begin(), interface.end(), member}, end; found != end;
         ++found, ++members)
        EXPECT_NE(document.find("\n| `" + (*found)[1].str() + "` |"), std::string::npos)
            << (*found)[1];
    EXPECT_GE(members, 17);
    const auto all = ask(properties, "GetAll", {kBridgeInterface});
    ASSERT_TRUE(all.is("a{sv}"));
    EXPECT_EQ(property<std::string>(all.arguments[0], "Version"), "1.2.3");
    const auto set = ask(properties, "Set", {kBridgeInterface, "Version", Value::variant("9")});
    ASSERT_TRUE(set.error);
    EXPECT_EQ(set.error->name, "org.freedesktop.DBus.Error.PropertyReadOnly");
    const auto wrong = ask(properties, "Get", {"only one"});
    ASSERT_TRUE(wrong.error);
    EXPECT_EQ(wrong.error->name, "org.freedesktop.DBus.Error.InvalidArgs");
}

TEST_F(BridgeOnBus, MakesItsStatusOnceForAllPropertiesThatAreReadOrAnnounced) {
    ASSERT_TRUE(serving());
    BusConnection client(loop, {bus_daemon.address()});
    ASSERT_TRUE(until([&] { return client.connected(); }));
    const auto made_for = [&](const std::string& interface, const std::string& member,
                              std::vector<Value> arguments) {
        moments = 0;
        bool answered = false;
        const auto call =
            client.call({kBridgeName, kBridgePath, interface, member, std::move(arguments)},
                        [&](const BusReply& reply) { answered = !reply.error; });
        EXPECT_TRUE(until([&] { return answered; }));
        return moments;
    };
    const std::string properties(kPropertiesInterface);
    EXPECT_EQ(made_for(properties, "GetAll", {kBridgeInterface}), 1);
    EXPECT_EQ(made_for(properties, "Get", {kBridgeInterface, "Verdict"}), 1);
    EXPECT_EQ(made_for(kBridgeInterface, "SetMute", {"left", true}), 1);
    EXPECT_EQ(made_for(kBridgeInterface, "Reload", {}), 0) << "it announces what it changes";
    moments = 0;
    object.status_changed();
    EXPECT_EQ(moments, 1);
    object.look();
    EXPECT_EQ(moments, 2);
}

TEST_F(BridgeOnBus, TellsWatchersThatTheStatusChanged) {
    ASSERT_TRUE(serving());
    BusConnection client(loop, {bus_daemon.address()});
    std::string seen;
    std::string owner;
    const auto watch = client.watch_name(kBridgeName, [&](const std::string& now) { owner = now; });
    const auto changes = client.subscribe(
        {kBridgeName, kBridgePath, std::string(kPropertiesInterface), "PropertiesChanged"},
        [&](const BusSignal& signal) {
            seen = property<std::string>(signal.arguments[1], "Status").value_or("");
        });
    ASSERT_TRUE(until([&] { return !owner.empty(); }));
    object.status_changed();
    ASSERT_TRUE(until([&] { return !seen.empty(); }));
}

TEST_F(BridgeOnBus, TellsOfEachPropertyThatChangedAndOfNoOther) {
    ASSERT_TRUE(serving());
    object.look();  // as when the service has started
    BusConnection client(loop, {bus_daemon.address()});
    std::vector<std::vector<std::string>> told;
    std::string owner;
    const auto watch = client.watch_name(kBridgeName, [&](const std::string& now) { owner = now; });
    const auto changes = client.subscribe(
        {kBridgeName, kBridgePath, std::string(kPropertiesInterface), "PropertiesChanged"},
        [&](const BusSignal& signal) {
            auto& names = told.emplace_back();
            for (const auto& [name, value] :
                 std::get<Value::Dict>(signal.arguments[1].data()).entries)
                names.push_back(name.text());
        });
    ASSERT_TRUE(until([&] { return !owner.empty(); }));
    object.look();  // nothing new: no signal
    status.sinks[0].state = "streaming";
    object.look();
    ASSERT_TRUE(until([&] { return !told.empty(); }));
    EXPECT_EQ(told[0], (std::vector<std::string>{"Status", "Verdict", "Sinks"}));
    status.capture.reason = "card-xruns";
    object.look();
    ASSERT_TRUE(until([&] { return told.size() > 1; }));
    EXPECT_THAT(told[1], ::testing::Contains("Input"));
    EXPECT_THAT(told[1], ::testing::Not(::testing::Contains("Sinks")));
}

TEST(BridgeClient, SaysThatTheServiceDoesNotRun) {
    const PrivateBus bus_daemon;
    const BridgeClient client(bus_daemon.address(), 2s);
    try {
        (void)client.get_status();
        FAIL() << "there is no service";
    } catch (const BridgeClientError& error) {
        EXPECT_STREQ(
            error.what(),
            "tandem.service is not running: start it with \"sudo systemctl start tandem\".");
    }
}

TEST(BridgeClient, SaysThatThereIsNoBus) {
    const BridgeClient client("unix:path=/nonexistent/bus", 2s);
    EXPECT_THROW((void)client.get_status(), BridgeClientError);
}

}  // namespace
}  // namespace tandem::testing
