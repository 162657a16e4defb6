// SPDX-License-Identifier: GPL-3.0-or-later
// A reload that cannot be carried out changes nothing: the bridge with virtual sinks, and without a
// message bus.
#include <gmock/gmock.h>

#include <system_error>

#include "dbus/bench.hpp"
#include "fakes/temporary_folder.hpp"
#include "tandem/bridge/bridge.hpp"
#include "tandem/bus/connection.hpp"

namespace tandem::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct ReloadRefused : ::testing::Test {
    Loop loop;
    BusConnection bus{loop, {"unix:path=/nonexistent/bus"}};
    test::TemporaryFolder folder;
    StateFile state{loop, folder.file("state.toml"), [](Severity, const std::string&) {}};
    bool engine_fails = false;
    Config config = [this] {
        Config two;
        two.capture.device = "tone";
        two.sinks = {model("left"), model("right")};
        return two;
    }();
    std::optional<Bridge> bridge;

    [[nodiscard]] SinkConfig model(const std::string& name) const {
        SinkConfig sink;
        sink.name = name;
        sink.address = "virtual";
        sink.virtual_sink.wav = folder.file(name + ".wav");
        return sink;
    }
    ReloadRefused() {
        bridge.emplace(loop, bus, state, config, [this](SampleRate rate) {
            if (engine_fails)
                throw std::system_error(
                    std::make_error_code(std::errc::resource_unavailable_try_again));
            return Streams::start_engine(rate);
        });
    }
    // Why `wanted` is refused; empty: it is in force.
    std::string refusal_of(const Config& wanted) {
        try {
            bridge->apply(wanted);
            return {};
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }
    // That both play on, without their streams having ended.
    void expect_undisturbed() {
        const auto before = sent();
        EXPECT_TRUE(run_until(loop, [&] {
            const auto now = sent();
            return now.size() == 2 && now[0] > before[0] + 10 && now[1] > before[1] + 10;
        }));
    }
    [[nodiscard]] std::vector<std::uint64_t> sent() {
        std::vector<std::uint64_t> packets;
        for (const SinkStatus& sink : bridge->status().sinks)
            packets.push_back(sink.packets_sent);
        return packets;
    }
    [[nodiscard]] std::vector<std::string> names() {
        std::vector<std::string> names;
        for (const SinkStatus& sink : bridge->status().sinks)
            names.push_back(sink.name);
        return names;
    }
};

TEST_F(ReloadRefused, ForAWavThatCannotBeOpenedLeavesAllAsItWas) {
    expect_undisturbed();
    Config wanted = config;
    wanted.profile = Profile::robust;  // would begin both streams anew
    wanted.sinks[0].trim = 5ms;
    wanted.sinks[1].virtual_sink.wav = "/nonexistent/right.wav";
    EXPECT_EQ(
        refusal_of(wanted),
        "sink \"right\": wav: cannot write /nonexistent/right.wav: No such file or directory; "
        "name a WAV file in a folder that tandemd may write to");
    const BridgeStatus status = bridge->status();
    EXPECT_EQ(status.profile, "balanced");
    EXPECT_EQ(status.sinks.at(0).trim_ms, 0);
    EXPECT_EQ(status.sinks.at(0).state, "streaming");
    expect_undisturbed();
}

TEST_F(ReloadRefused, ForAnEngineThatCannotStartLeavesAllAsItWas) {
    expect_undisturbed();
    engine_fails = true;
    Config wanted = config;
    wanted.capture.rate = SampleRate{44100};
    wanted.sinks.pop_back();
    EXPECT_THAT(refusal_of(wanted), HasSubstr("the sound engine cannot start (Resource temporarily "
                                              "unavailable): "));
    EXPECT_EQ(bridge->status().rate_hz, 48000);
    EXPECT_EQ(bridge->status().capture.state, "running");
    expect_undisturbed();
    engine_fails = false;
    EXPECT_EQ(refusal_of(wanted), "");
    EXPECT_EQ(bridge->status().rate_hz, 44100);
    EXPECT_THAT(names(), ElementsAre("left"));
}

TEST_F(ReloadRefused, IsNotAChangeOfTheOrderWhichTheStatusFollows) {
    expect_undisturbed();
    Config wanted = config;
    std::swap(wanted.sinks[0], wanted.sinks[1]);
    wanted.sinks.insert(wanted.sinks.begin(), model("middle"));
    EXPECT_EQ(refusal_of(wanted), "");
    EXPECT_THAT(names(), ElementsAre("middle", "right", "left"));
    const auto now = sent();
    EXPECT_GE(now[1], 10U);
    EXPECT_GE(now[2], 10U);
}

}  // namespace
}  // namespace tandem::testing
