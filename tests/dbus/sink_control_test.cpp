// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sys/socket.h>

#include "dbus/bench.hpp"

namespace tandem::testing {
namespace {

using SinkControlOnBus = Bench;

TEST_F(SinkControlOnBus, StreamsToTwoSinks) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    EXPECT_EQ(bluez.endpoints("hci0"), 3U);
    EXPECT_EQ(recorder.sinks["left"].state, SinkState::streaming);
    EXPECT_EQ(recorder.sinks["left"].reason.code, ReasonCode::none);
    EXPECT_EQ(recorder.sinks["left"].stream->write_mtu, 895U);
    EXPECT_EQ(recorder.sinks["left"].stream->config.rate.hz, 48000);
    EXPECT_FALSE(bluez.overlapping_pages());
    EXPECT_EQ(bluez.discoveries(), 0);
    EXPECT_TRUE(faults.empty());
}

TEST_F(SinkControlOnBus, PagesNobodyWhileASpeakerStarts) {
    bluez.start();
    SinkPolicy policy = quick_policy();
    policy.start = 1h;
    control = std::make_unique<SinkControl>(loop, bus, recorder, policy);
    control->configure({{"left", kLeft, ""}, {"right", kRight, ""}}, {});
    ASSERT_TRUE(until([&] { return recorder.streaming("left") || recorder.streaming("right"); }));
    const std::string other = recorder.streaming("left") ? kRight : kLeft;
    EXPECT_FALSE(until([&] { return bluez.pages(other) > 0; }, 200ms));
    bluez.switch_off(other == kLeft ? kRight : kLeft);
    EXPECT_TRUE(until([&] { return bluez.pages(other) > 0; })) << "it does not start any more";
}

TEST_F(SinkControlOnBus, HandsOverASocketThatReachesTheSpeakerAndNeverBlocks) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    const int left = recorder.sinks["left"].stream->socket.get();
    EXPECT_NE(fcntl(left, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(fcntl(left, F_GETFD) & FD_CLOEXEC, 0);
    int priorities[2] = {-1, -1};
    socklen_t size = sizeof(int);
    getsockopt(left, SOL_SOCKET, SO_PRIORITY, &priorities[0], &size);
    getsockopt(recorder.sinks["right"].stream->socket.get(), SOL_SOCKET, SO_PRIORITY,
               &priorities[1], &size);
    EXPECT_EQ(priorities[0], priorities[1]);
    const Octets packet{0x80, 0x60, 0x00, 0x01};
    ASSERT_EQ(::send(left, packet.data(), packet.size(), 0), 4);
    EXPECT_EQ(bluez.receive(kLeft), packet);
    EXPECT_TRUE(bluez.receive(kRight).empty());
}

TEST_F(SinkControlOnBus, RecoversASpeakerThatWasOffWithoutTouchingTheOther) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    bluez.switch_off(kLeft);
    ASSERT_TRUE(until([&] { return recorder.shows("left", "connection-lost"); }));
    EXPECT_FALSE(recorder.streaming("left"));
    const int pages = bluez.pages(kLeft);
    ASSERT_TRUE(until([&] { return bluez.pages(kLeft) >= pages + 3; }));
    bluez.switch_on(kLeft);
    ASSERT_TRUE(both_stream());
    EXPECT_TRUE(recorder.sinks["left"].stream->new_connection) << "once more";
    EXPECT_EQ(recorder.sinks["right"].started, 1);
    EXPECT_EQ(recorder.sinks["right"].stopped, 0);
    EXPECT_FALSE(bluez.overlapping_pages());
    EXPECT_EQ(bluez.discoveries(), 0);
}

TEST_F(SinkControlOnBus, RecoversWhenBluetoothdVanishesAndReturns) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    bluez.stop();
    ASSERT_TRUE(until([&] { return recorder.shows("right", "bluetooth-missing"); }));
    EXPECT_EQ(recorder.bluetooth.back(), "bluetooth-missing");
    EXPECT_FALSE(recorder.streaming("left"));
    EXPECT_FALSE(recorder.streaming("right"));
    bluez.start();
    ASSERT_TRUE(both_stream());
    EXPECT_EQ(recorder.bluetooth.back(), "");
    EXPECT_EQ(bluez.endpoints("hci0"), 3U);
}

TEST_F(SinkControlOnBus, RecoversWhenTheBusItselfIsRestarted) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    bus_daemon.kill();
    ASSERT_TRUE(until([&] { return recorder.shows("left", "bus-lost"); }));
    EXPECT_FALSE(recorder.streaming("left"));
    bluez.stop();
    bus_daemon.start();
    bluez.start();
    ASSERT_TRUE(both_stream());
}

TEST_F(SinkControlOnBus, WaitsForBluetoothdThatStartsLater) {
    start_control();
    ASSERT_TRUE(until([&] { return recorder.shows("left", "bluetooth-missing"); }));
    bluez.start();
    ASSERT_TRUE(both_stream());
}

TEST_F(SinkControlOnBus, TellsHowToPairAndPlaysOncePaired) {
    bluez.add_speaker({.address = kLeft, .paired = false});
    bluez.start();
    start_control();
    ASSERT_TRUE(until([&] { return recorder.streaming("right"); }));
    EXPECT_EQ(recorder.sinks["left"].state, SinkState::failed);
    EXPECT_EQ(recorder.sinks["left"].reason.code, ReasonCode::not_paired);
    EXPECT_NE(recorder.sinks["left"].reason.sentence.find("tandemctl pair " + kLeft),
              std::string::npos);
    EXPECT_EQ(bluez.pages(kLeft), 0);
    bluez.set_paired(kLeft, true);
    ASSERT_TRUE(both_stream());
}

TEST_F(SinkControlOnBus, FollowsAnAdapterThatIsSwitchedOffAndOn) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    bluez.set_powered("hci0", false);
    ASSERT_TRUE(until([&] { return recorder.shows("left", "adapter-off"); }));
    EXPECT_FALSE(recorder.streaming("right"));
    bluez.set_powered("hci0", true);
    ASSERT_TRUE(both_stream());
}

TEST_F(SinkControlOnBus, NamesAnAdapterThatIsMissing) {
    bluez.start();
    start_control({{"left", kLeft, "hci7"}});
    ASSERT_TRUE(until([&] { return recorder.shows("left", "adapter-missing"); }));
    EXPECT_NE(recorder.sinks["left"].reason.sentence.find("hci7"), std::string::npos);
}

TEST_F(SinkControlOnBus, UsesOneAdapterPerSinkWhereTheConfigSaysSo) {
    bluez.add_adapter("hci1", "00:00:00:00:00:11");
    bluez.add_speaker({.address = kRight, .adapter = "hci1"});
    bluez.start();
    start_control({{"left", kLeft, "hci0"}, {"right", kRight, "00:00:00:00:00:11"}});
    ASSERT_TRUE(both_stream());
    EXPECT_EQ(bluez.endpoint_path(kLeft).rfind("/io/tandem/endpoint/hci0/", 0), 0U);
    EXPECT_EQ(bluez.endpoint_path(kRight).rfind("/io/tandem/endpoint/hci1/", 0), 0U);
}

TEST_F(SinkControlOnBus, DisconnectsAStuckTransportAndStreamsAgain) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    const auto old_transport = bluez.transport_path(kLeft);
    bluez.stick(kLeft);
    ASSERT_TRUE(until([&] { return recorder.shows("left", "transport-stuck"); }));
    ASSERT_TRUE(both_stream());
    EXPECT_NE(bluez.transport_path(kLeft), old_transport);
    EXPECT_EQ(recorder.sinks["right"].stopped, 0);
}

TEST_F(SinkControlOnBus, AcquiresAgainWhenTheSpeakerSuspends) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    bluez.suspend(kRight);
    ASSERT_TRUE(until([&] { return recorder.sinks["right"].stopped == 1; }));
    ASSERT_TRUE(both_stream());
    EXPECT_EQ(recorder.sinks["right"].started, 2);
    EXPECT_EQ(bluez.pages(kRight), 1);
    EXPECT_TRUE(recorder.sinks["left"].stream->new_connection);
    EXPECT_FALSE(recorder.sinks["right"].stream->new_connection) << "it is calm for long";
}

TEST_F(SinkControlOnBus, AcquiresAgainWhenTheLinkFails) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    control->link_failed("left", EPIPE);
    EXPECT_TRUE(recorder.streaming("left"));  // never from inside the call
    ASSERT_TRUE(until([&] { return recorder.sinks["left"].started == 2; }));
    EXPECT_EQ(bluez.pages(kLeft), 1);
}

TEST_F(SinkControlOnBus, RepeatsAcquireWhileBluezIsInProgress) {
    bluez.add_speaker({.address = kLeft, .acquire_in_progress = 10});
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    EXPECT_EQ(bluez.pages(kLeft), 1);
}

TEST_F(SinkControlOnBus, TakesASpeakerThatConnectsByItself) {
    bluez.add_speaker({.address = kLeft, .reachable = false});
    bluez.start();
    start_control();
    ASSERT_TRUE(until([&] { return recorder.shows("left", "unreachable"); }));
    bluez.connect_from_speaker(kLeft);
    ASSERT_TRUE(both_stream());
    EXPECT_EQ(recorder.sinks["left"].stream->config.bitpool, 40);
}

TEST_F(SinkControlOnBus, SaysWhyThereIsNoCommonCodec) {
    bluez.add_speaker({.address = kLeft, .capabilities = {0x2f, 0xff, 2, 53}});  // 44.1 kHz only
    bluez.start();
    start_control();
    ASSERT_TRUE(until([&] { return recorder.shows("left", "no-common-codec"); }));
    ASSERT_TRUE(until([&] { return recorder.streaming("right"); }));
}

TEST_F(SinkControlOnBus, BelievesNobodyButTheOwnerOfOrgBluez) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    BusConnection forger(loop, {bus_daemon.address()});
    ASSERT_TRUE(until([&] { return forger.connected(); }));
    const auto changed = [&](const std::string& path, const std::string& interface,
                             const Value& values) {
        forger.emit_signal(path, std::string(kPropertiesInterface), "PropertiesChanged",
                           {interface, values, Value::array("s", {})});
    };
    changed(bluez.transport_path(kLeft), "org.bluez.MediaTransport1",
            Value::properties({{"State", "idle"}, {"Delay", std::uint16_t{900}}}));
    changed("/org/bluez/hci0", "org.bluez.Adapter1", Value::properties({{"Powered", false}}));
    // A genuine change afterwards shows that the forged ones have passed by.
    forger.flush(1s);
    bluez.report_delay(kRight, 500);
    ASSERT_TRUE(until([&] { return !recorder.sinks["right"].delays.empty(); }));
    EXPECT_TRUE(recorder.sinks["left"].delays.empty());
    EXPECT_EQ(recorder.sinks["left"].stopped, 0);
    EXPECT_TRUE(recorder.streaming("left"));
}

TEST_F(SinkControlOnBus, ReleasesASinkThatLeavesTheConfigAndPlaysTheOtherOn) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    control->configure({{"right", kRight, ""}}, {});
    ASSERT_TRUE(until([&] { return bluez.transports() == 1 && bluez.endpoints("hci0") == 2; }));
    EXPECT_EQ(recorder.sinks["left"].stopped, 1);
    EXPECT_EQ(recorder.sinks["right"].stopped, 0);
}

TEST_F(SinkControlOnBus, NegotiatesAnewWhenTheStreamChanges) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    control->configure({{"left", kLeft, ""}, {"right", kRight, ""}}, {SampleRate{44100}, {}, {}});
    ASSERT_TRUE(until([&] {
        return recorder.sinks["left"].started == 2 && recorder.sinks["right"].started == 2;
    }));
    EXPECT_EQ(recorder.sinks["left"].stream->config.rate.hz, 44100);
}

TEST_F(SinkControlOnBus, LeavesNothingBehindWhenItStops) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    control.reset();
    ASSERT_TRUE(until([&] { return bluez.endpoints("hci0") == 0 && bluez.transports() == 0; }));
}

TEST_F(SinkControlOnBus, AnswersMalformedCallsWithErrorsAndGoesOn) {
    bluez.start();
    start_control();
    ASSERT_TRUE(both_stream());
    const std::string endpoint = "/io/tandem/endpoint/hci0/0";
    const std::string interface = "org.bluez.MediaEndpoint1";
    // While the fake waits for its answer our loop has to run: the call is made by a thread.
    const auto ask = [&](const std::string& path, const std::string& on, const std::string& member,
                         const std::vector<WireValue>& arguments) {
        std::atomic<bool> answered{false};
        std::string error;
        std::thread caller([&] {
            error = bluez.call_client(path, on, member, arguments);
            answered = true;
        });
        EXPECT_TRUE(until([&] { return answered.load(); }));
        caller.join();
        return error;
    };
    EXPECT_EQ(ask(endpoint, interface, "SelectConfiguration", {true}), DBUS_ERROR_INVALID_ARGS);
    EXPECT_EQ(ask(endpoint, "", "SelectConfiguration", {}), DBUS_ERROR_INVALID_ARGS);
    EXPECT_EQ(ask(endpoint, interface, "SelectConfiguration", {Octets{}}),
              "org.bluez.Error.Rejected");
    EXPECT_EQ(ask(endpoint, interface, "SetConfiguration", {Path{"/x"}}), DBUS_ERROR_INVALID_ARGS);
    EXPECT_EQ(ask(endpoint, interface, "NoSuchMethod", {}), DBUS_ERROR_UNKNOWN_METHOD);
    EXPECT_EQ(ask(endpoint, std::string(kPropertiesInterface), "Get", {}), DBUS_ERROR_INVALID_ARGS);
    EXPECT_EQ(ask("/io/tandem/endpoint/hci0/99", interface, "Release", {}),
              DBUS_ERROR_UNKNOWN_OBJECT);
    EXPECT_EQ(ask(endpoint, "org.freedesktop.DBus.Peer", "Ping", {}), "");
    EXPECT_TRUE(recorder.streaming("left"));
    bluez.switch_off(kLeft);
    ASSERT_TRUE(until([&] { return !recorder.streaming("left"); }));
    bluez.switch_on(kLeft);
    ASSERT_TRUE(both_stream());
}

}  // namespace
}  // namespace tandem::testing
