// SPDX-License-Identifier: GPL-3.0-or-later
// Peers on the bus and in the air that mean no good: ignored, named once, and both speakers play
// on.
#include <fstream>

#include "dbus/packet_tape.hpp"
#include "dbus/tandemd_bench.hpp"

namespace tandem::testing {
namespace {

using ::testing::ElementsAre;

// Signals to one receiver: no match rule keeps those from arriving.
class Forger {
  public:
    explicit Forger(const std::string& address)
        : connection_(dbus_connection_open_private(address.c_str(), nullptr)) {
        EXPECT_TRUE(connection_ != nullptr && dbus_bus_register(connection_, nullptr));
    }
    ~Forger() {
        dbus_connection_close(connection_);
        dbus_connection_unref(connection_);
    }
    Forger(const Forger&) = delete;
    Forger& operator=(const Forger&) = delete;

    void change_transport(const std::string& to, const std::string& path) const {
        const Message signal = make(to, path, kPropertiesInterface.data(), "PropertiesChanged");
        DBusMessageIter into;
        dbus_message_iter_init_append(signal.get(), &into);
        append(into, WireValue(std::string("org.bluez.MediaTransport1")));
        append(into, Properties{{"State", std::string("idle")}, {"Delay", std::uint16_t{900}}});
        append_names(into, {});
        dbus_connection_send(connection_, signal.get(), nullptr);
    }
    void remove_adapter(const std::string& to) const {
        const Message signal =
            make(to, "/", "org.freedesktop.DBus.ObjectManager", "InterfacesRemoved");
        DBusMessageIter into;
        dbus_message_iter_init_append(signal.get(), &into);
        append(into, WireValue(Path{"/org/bluez/hci0"}));
        append_names(into, {"org.bluez.Adapter1", "org.bluez.Media1"});
        dbus_connection_send(connection_, signal.get(), nullptr);
    }
    void flush() const { dbus_connection_flush(connection_); }

  private:
    static Message make(const std::string& to, const std::string& path, const char* interface,
                        const char* member) {
        Message signal = own(dbus_message_new_signal(path.c_str(), interface, member));
        dbus_message_set_destination(signal.get(), to.c_str());
        return signal;
    }
    DBusConnection* connection_;
};

// What libdbus keeps of the buffers that the message came in. AddressSanitizer keeps what was
// freed, too. Decoded, it would be 1.6 GB.
#ifdef TANDEM_SANITIZED
constexpr long kVastGrowthKib = 128 * 1024;
#else
constexpr long kVastGrowthKib = 12 * 1024;
#endif

#ifdef TANDEM_SANITIZED
// The fake BlueZ takes too long for more, and its speakers are deaf meanwhile; and a sanitizer
// keeps for a while what was freed.
constexpr int kInTheAir = 1500;
constexpr long kGrowthKib = 64 * 1024;
#else
constexpr int kInTheAir = 10'000;
constexpr long kGrowthKib = 1024;
#endif

struct HostilePeers : TandemdOnBus {
    BusConnection peer{loop, {bus_daemon.address(), {10ms, 100ms}}};

    void start_with_speakers() {
        bluez.add_speaker({.address = kLeft, .delay = 1200});
        bluez.add_speaker({.address = kRight, .delay = 2105});
        bluez.start();
        start(kSpeakers);
        ASSERT_TRUE(logs("left: streaming"));
        ASSERT_TRUE(logs("right: the speaker reports a latency of 210.5 ms"));
        ASSERT_TRUE(until([&] { return peer.connected(); }));
    }
    // What came before on the bus has been dealt with, by the service too.
    void settle() {
        peer.flush(5s);
        EXPECT_EQ(sink(0).state, "streaming");
        EXPECT_EQ(sink(1).state, "streaming");
        // Where programs are slow the fake speakers may be deaf for a moment.
        const std::size_t stalls = kSlowness > 1 ? times_logged(": stalled") : 0;
        EXPECT_EQ(times_logged(": streaming"), 2U + stalls);
    }
    [[nodiscard]] long rss_kib() const {
        std::ifstream status("/proc/" + std::to_string(daemon->pid()) + "/status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
        return -1;
    }
};

TEST_F(HostilePeers, WhoForgesSignalsIsNamedOnceAndIgnored) {
    start_with_speakers();
    const Forger forger(bus_daemon.address());
    for (int i = 0; i < 500; ++i) {
        forger.change_transport(owner, bluez.transport_path(kLeft));
        forger.remove_adapter(owner);
    }
    forger.flush();
    settle();
    EXPECT_EQ(times_logged("in the name of org.bluez; they are ignored"), 1U);
    EXPECT_NEAR(sink(0).latency_ms, 120, 1e-6);
}

TEST_F(HostilePeers, TenThousandDevicesInTheAirChangeNothing) {
    start_with_speakers();
    PacketTape tape(loop, bluez, kRight);
    bluez.announce_devices(1000);
    settle();
    const long before = rss_kib();
    bluez.announce_devices(kInTheAir);
    settle();
    EXPECT_LT(rss_kib() - before, kGrowthKib);
    ASSERT_TRUE(until([&] { return tape.size() > 50; }));
    tape.expect_no_gap();
    bluez.switch_off(kLeft);
    ASSERT_TRUE(until([&] { return times_logged("left: absent") == 1; }));
    const auto streamed = times_logged("left: streaming");
    bluez.switch_on(kLeft);
    ASSERT_TRUE(until([&] { return times_logged("left: streaming") == streamed + 1; }));
}

TEST_F(HostilePeers, ASpeakerOfAbsurdCapabilitiesIsRefusedAndTheOtherPlays) {
    bluez.add_speaker({.address = kRight, .delay = 2105});
    for (const Octets& capabilities :
         {Octets{}, Octets{0, 0, 0, 0}, Octets{0xff, 0xff, 250, 2}, Octets(4000, 0xff)}) {
        bluez.add_speaker({.address = kLeft, .capabilities = capabilities});
        bluez.start();
        start(kSpeakers);
        ASSERT_TRUE(logs("right: streaming"));
        ASSERT_TRUE(logs("left: failed"));
        EXPECT_EQ(sink(1).state, "streaming");
        EXPECT_EQ(stop(), 0);
        bluez.stop();
    }
}

// An org.bluez that answers with other types than it should, or with properties that are none.
TEST_F(HostilePeers, AnOrgBluezThatAnswersNonsenseIsOutlived) {
    const auto answer = [](Value value) {
        return [value](const IncomingCall&) { return std::vector<Value>{value}; };
    };
    const Value nonsense = Value::properties({{"Address", std::uint16_t{7}},
                                              {"Powered", "perhaps"},
                                              {"Adapter", true},
                                              {"Paired", "x"}});
    const std::string manager = "org.freedesktop.DBus.ObjectManager";
    int asked = 0;
    Loop::Handle object =
        peer.export_object({"/", {{manager, "GetManagedObjects", "", "s", [&](const IncomingCall&) {
                                       ++asked;
                                       return std::vector<Value>{"all of them"};
                                   }}}});
    const auto name = peer.own_name("org.bluez", [](NameOwnership) {});
    start(kSpeakers);
    ASSERT_TRUE(until([&] { return asked == 2; })) << "asked again, after a while";
    object =
        peer.export_object({"/",
                            {{manager, "GetManagedObjects", "", "a{oa{sa{sv}}}",
                              answer(Value(Value::Dict{
                                  "o",
                                  "a{sa{sv}}",
                                  {{ObjectPath{"/org/bluez/hci0"},
                                    Value::Dict{"s",
                                                "a{sv}",
                                                {{"org.bluez.Adapter1", nonsense},
                                                 {"org.bluez.Device1", nonsense},
                                                 {"org.bluez.Media1", nonsense},
                                                 {"org.bluez.MediaTransport1", nonsense}}}}}}))}}});
    ASSERT_TRUE(logs("left: failed"));
    EXPECT_EQ(stop(), 0);
}

// 16 million empty texts in 32 MB took 1.6 GB once; who may only read may send them.
TEST_F(HostilePeers, AVastMessageIsAnsweredUndecoded) {
    start_with_speakers();
    const long before = rss_kib();
    std::vector<std::string> errors;
    std::vector<Loop::Handle> calls;
    const auto note = [&](const BusReply& reply) {
        errors.push_back(reply.error ? reply.error->name : "");
    };
    const Value many = Value::array("g", Value::Items(400'000, TypeSignature{}));
    const std::string vast(1'000'000, 'x');
    const std::string properties{kPropertiesInterface};
    calls.push_back(peer.call({kBridgeName, kBridgePath, properties, "Get", {many}}, note));
    calls.push_back(peer.call({kBridgeName, "/nowhere", properties, "Get", {vast}}, note));
    calls.push_back(peer.call(
        {kBridgeName, kBridgePath, properties, "Set", {"a", "b", Value::variant(many)}}, note));
    calls.push_back(peer.call({kBridgeName, kBridgePath, properties, "Get", {vast, vast}}, note));
    ASSERT_TRUE(until([&] { return errors.size() == 4; }));
    EXPECT_THAT(errors, ElementsAre("org.freedesktop.DBus.Error.InvalidArgs",
                                    "org.freedesktop.DBus.Error.UnknownObject",
                                    "org.freedesktop.DBus.Error.LimitsExceeded",
                                    "org.freedesktop.DBus.Error.LimitsExceeded"));
    settle();
    EXPECT_LT(rss_kib() - before, kVastGrowthKib);
    EXPECT_EQ(times_logged("warning"), 0U) << daemon->output();
}

TEST_F(HostilePeers, MalformedCallsAreAnsweredAndDoNotFillTheJournal) {
    start_with_speakers();
    int refused = 0;
    std::vector<Loop::Handle> calls;
    const auto refuse = [&](const BusReply& reply) { refused += reply.error ? 1 : 0; };
    Value deep = "bottom";
    for (int i = 0; i < 60; ++i)
        deep = Value::variant(std::move(deep));
    for (int i = 0; i < 100; ++i) {
        for (auto arguments : {std::vector<Value>{}, {1.0, "left"}, {deep}, {Bytes(5000, 0xff)}})
            calls.push_back(peer.call(
                {kBridgeName, kBridgePath, kBridgeInterface, "SetTrim", std::move(arguments)},
                refuse));
        calls.push_back(peer.call(
            {kBridgeName, "/io/tandem/endpoint/hci0/0", "org.bluez.MediaEndpoint1", "Release"},
            refuse));
    }
    ASSERT_TRUE(until([&] { return refused == 500; }));
    settle();
    EXPECT_LE(times_logged("warning"), 6U) << daemon->output();
}

}  // namespace
}  // namespace tandem::testing
