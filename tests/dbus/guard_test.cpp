// SPDX-License-Identifier: GPL-3.0-or-later
// From how late the card is to when packets leave: the guard as the speakers' sockets see it.
#include <algorithm>
#include <limits>

#include "dbus/bench.hpp"
#include "fakes/temporary_folder.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/bridge/bridge.hpp"
#include "tandem/model/media_packet.hpp"
#include "tandem/timing/lateness.hpp"

namespace tandem::testing {
namespace {

struct GuardOnBus : ::testing::Test {
    PrivateBus bus_daemon;
    FakeBluez bluez{bus_daemon.address()};
    Loop loop;
    BusConnection bus{loop, {bus_daemon.address(), {10ms, 100ms}}};
    test::TemporaryFolder folder;
    StateFile state{loop, folder.file("state.toml"), [](Severity, const std::string&) {}};
    std::optional<Bridge> bridge;
    Duration most{};  // the profile's guard

    GuardOnBus() {
        bluez.add_adapter("hci0", "00:00:00:00:00:10");
        bluez.add_speaker({.address = kLeft});
        bluez.add_speaker({.address = kRight});
    }
    // A paced input is late by its period: a frame waits for the last one of it.
    void start_bridge(Frames period, Profile profile) {
        most = settings_of(profile).guard;
        Config config;
        config.profile = profile;
        config.capture.device = "tone";
        config.capture.period = period;
        config.sinks.resize(2);
        config.sinks[0].name = "left";
        config.sinks[0].address = kLeft;
        config.sinks[1].name = "right";
        config.sinks[1].address = kRight;
        bridge.emplace(loop, bus, state, config);
    }
    [[nodiscard]] bool until(const std::function<bool()>& holds) {
        return run_until(loop, holds, 30s);
    }
    [[nodiscard]] bool play(std::size_t sinks) {
        return until([&] {
            const BridgeStatus status = bridge->status();
            return sinks == static_cast<std::size_t>(std::count_if(
                                status.sinks.begin(), status.sinks.end(),
                                [](const SinkStatus& sink) { return sink.state == "streaming"; }));
        });
    }
    [[nodiscard]] Duration lateness() { return from_ms(bridge->status().timeline.lateness_ms); }
    [[nodiscard]] bool measured() {
        return until([&] { return lateness() > 0ms; });
    }
    // As the status tells it; all sinks have to have the same.
    [[nodiscard]] Duration guard() {
        const BridgeStatus status = bridge->status();
        EXPECT_EQ(status.sinks[0].guard_ms, status.sinks[1].guard_ms);
        return from_ms(status.sinks[0].guard_ms);
    }
    // The least time from the capture of a packet's last frame to its arrival, over 40 packets: no
    // sooner than the guard allows, and some packet comes without having waited for this machine.
    [[nodiscard]] Duration least_wait(const std::string& speaker) {
        Duration least = Duration::max();
        int packets = 0;
        EXPECT_TRUE(until([&] {
            for (Octets bytes = bluez.receive(speaker); !bytes.empty();
                 bytes = bluez.receive(speaker), ++packets)
                least = std::min(least, now_monotonic() - captured_at(bytes));
            return packets >= 40;
        }));
        return least;
    }

  private:
    // When the timeline has the packet's end captured. RTP timestamps are stream positions.
    [[nodiscard]] Time captured_at(const Octets& bytes) {
        const auto packet = parse_media_packet(bytes);
        EXPECT_TRUE(packet);
        const TimelineStatus timeline = bridge->status().timeline;
        const auto now = static_cast<std::uint32_t>(timeline.position);
        const auto ago = static_cast<std::int32_t>(now - packet->timestamp);
        const Frames since{packet->frames * 128 - std::int64_t{ago}};
        return Time{Duration{timeline.time_ns}} + duration_of(since, SampleRate{48000});
    }
};

TEST_F(GuardOnBus, OfASteadyCardIsTheMeasuredOneForAllFromTheNextCommonStart) {
    bluez.start();
    start_bridge(Frames{64}, Profile::robust);
    ASSERT_TRUE(play(2));
    EXPECT_EQ(guard(), most) << "nothing is measured when the service starts";
    EXPECT_GE(least_wait(kRight), most - 500us);
    ASSERT_TRUE(measured());

    bluez.suspend(kLeft);
    ASSERT_TRUE(play(1));
    ASSERT_TRUE(play(2));
    EXPECT_EQ(guard(), most) << "the right speaker played on: it may not shift";

    bluez.stop();
    ASSERT_TRUE(play(0));
    const Duration before = choose_guard(most, lateness());
    bluez.start();
    ASSERT_TRUE(play(2));
    const Duration after = choose_guard(most, lateness());
    EXPECT_LT(guard(), most);
    EXPECT_GE(guard(), std::min(before, after));
    EXPECT_LE(guard(), std::max(before, after));
    for (const std::string& speaker : {kLeft, kRight}) {
        EXPECT_GE(least_wait(speaker), guard() - 500us) << speaker;
        EXPECT_LE(least_wait(speaker), guard() + 2ms) << speaker;
    }
}

TEST_F(GuardOnBus, OfALateCardIsNoMoreThanTheProfileAllows) {
    start_bridge(Frames{256}, Profile::low_latency);  // 5.3 ms
    ASSERT_TRUE(measured());
    EXPECT_GT(lateness(), most);
    bluez.start();
    ASSERT_TRUE(play(2));
    EXPECT_EQ(guard(), most);
    for (const std::string& speaker : {kLeft, kRight})
        EXPECT_GE(least_wait(speaker), most - 500us) << speaker;
}

}  // namespace
}  // namespace tandem::testing
