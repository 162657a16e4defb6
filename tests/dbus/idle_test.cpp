// SPDX-License-Identifier: GPL-3.0-or-later
// Long silence: the streams rest, and with the first sound they come back together.
#include <algorithm>

#include "dbus/packet_tape.hpp"
#include "dbus/tandemd_bench.hpp"

namespace tandem::testing {
namespace {

// Two looks at the status have to fit into a silence.
#ifdef TANDEM_SANITIZED
constexpr std::size_t kPauseS = 6;
#else
constexpr std::size_t kPauseS = 2;
#endif

struct Idle : TandemdOnBus {
    // Noise and silence, both as long, over and over.
    void start_on_pauses(const std::string& idle) {
        std::vector<StereoFrame> sound(2 * kPauseS * 48000);
        for (std::size_t i = 0; i < sound.size() / 2; ++i)
            sound[i] = test::noise_at(static_cast<std::int64_t>(i));
        WavWriter writer(folder.file("pauses.wav"), SampleRate{48000});
        writer.write(sound);
        writer.close();
        bluez.add_speaker({.address = kLeft});
        bluez.add_speaker({.address = kRight});
        bluez.start();
        std::string config = kSpeakers + "[idle]\n" + idle;
        config.replace(config.find("tone"), 4, "file:" + folder.file("pauses.wav"));
        start(config);
        ASSERT_TRUE(logs("left: streaming"));
        ASSERT_TRUE(logs("right: streaming"));
    }
    // Each look runs a program: not from inside until().
    [[nodiscard]] bool both_show(const std::string& state) {
        for (int look = 0; look < 300; ++look)
            if (sink(0).state == state && sink(1).state == state) return true;
        return false;
    }
};

TEST_F(Idle, RestsOnSilenceAndBringsBothBackTogether) {
    start_on_pauses("keep_alive = \"none\"\nsuspend_after_s = 1\n");
    ASSERT_TRUE(logs("silence for 1 s: the speakers' streams rest until sound comes in"));
    ASSERT_TRUE(both_show("suspended"));
    EXPECT_EQ(sink(0).reason, ReasonCode::idle);
    PacketTape left(loop, bluez, kLeft);
    PacketTape right(loop, bluez, kRight);
    while (!bluez.receive(kLeft).empty() || !bluez.receive(kRight).empty()) {
    }
    ASSERT_TRUE(logs("sound again: left, right together after "));
    ASSERT_TRUE(until([&] { return left.size() > 20 && right.size() > 20; }));
    left.take();
    right.take();
    const auto apart = static_cast<int>(left.size()) - static_cast<int>(right.size());
    EXPECT_LE(std::abs(apart), 2);
    const std::string first = daemon->output().substr(0, daemon->output().find("sound again"));
    EXPECT_EQ(first.find("streams rest"), first.rfind("streams rest"));
    EXPECT_EQ(times_logged("suspended"), 0U) << "said once for both";
    EXPECT_EQ(bluez.pages(kLeft) + bluez.pages(kRight), 2) << "the connections are kept";
}

TEST_F(Idle, DoesNotWaitForASpeakerThatStaysAway) {
    start_on_pauses("keep_alive = \"none\"\nsuspend_after_s = 1\n");
    ASSERT_TRUE(logs("streams rest"));
    ASSERT_TRUE(both_show("suspended"));
    bluez.switch_off(kRight);
    ASSERT_TRUE(logs("sound again: left together after 20"));
    EXPECT_EQ(sink(0).state, "streaming");
}

TEST_F(Idle, IsOverWhenItIsConfiguredAway) {
    start_on_pauses("keep_alive = \"none\"\nsuspend_after_s = 1\n");
    ASSERT_TRUE(logs("streams rest"));
    ASSERT_TRUE(both_show("suspended"));
    folder.write("tandem.toml", kSpeakers);
    (void)ctl({"reload"});
    ASSERT_TRUE(both_show("streaming"));
    EXPECT_EQ(stop(), 0);
}

TEST_F(Idle, EndsInOrderWhileTheStreamsRest) {
    start_on_pauses("keep_alive = \"none\"\nsuspend_after_s = 1\n");
    ASSERT_TRUE(logs("streams rest"));
    ASSERT_TRUE(both_show("suspended"));
    EXPECT_EQ(stop(), 0);
    ASSERT_TRUE(until([&] { return bluez.transports() == 0 && bluez.endpoints("hci0") == 0; }));
}

}  // namespace
}  // namespace tandem::testing
