// SPDX-License-Identifier: GPL-3.0-or-later
// A link that is shut for longer than the speaker's buffer lasts.
#include <array>

#include "dbus/tandemd_bench.hpp"
#include "tandem/audio/wav.hpp"

namespace tandem::testing {
namespace {

struct ShutLink : TandemdOnBus {
    // The input is silent throughout: a pause is what a doubtful stream waits for.
    void start_in_silence() {
        WavWriter writer(folder.file("silence.wav"), SampleRate{48000});
        writer.write(std::array<StereoFrame, 4800>{});
        writer.close();
        bluez.add_speaker({.address = kLeft, .delay = 1200});
        bluez.add_speaker({.address = kRight, .delay = 1200});
        bluez.start();
        std::string config = kSpeakers;
        config.replace(config.find("tone"), 4, "file:" + folder.file("silence.wav"));
        start(config);
        ASSERT_TRUE(logs("left: streaming"));
        ASSERT_TRUE(logs("right: streaming"));
    }
    void shut_left_for(Duration span) {
        bluez.set_hearing(kLeft, FakeBluez::Hearing::none);
        (void)run_until(
            loop, [] { return false; }, span);
        bluez.set_hearing(kLeft, FakeBluez::Hearing::good);
    }
    // Of the newest packet that the speaker got: each stream has one of its own.
    std::uint32_t ssrc(const std::string& speaker) {
        Octets newest;
        EXPECT_TRUE(until([&] {
            for (Octets packet = bluez.receive(speaker); !packet.empty();
                 packet = bluez.receive(speaker))
                newest = std::move(packet);
            return !newest.empty();
        }));
        std::uint32_t id = 0;
        for (std::size_t i = 8; i < 12 && i < newest.size(); ++i)
            id = id << 8 | newest[i];
        return id;
    }
    // Runs the loop itself: not from inside until().
    [[nodiscard]] bool gets_another_stream_than(std::uint32_t old) {
        for (int packet = 0; packet < 300; ++packet)
            if (ssrc(kLeft) != old) return true;
        return false;
    }
    BridgeStatus status() { return status_from_json(ctl({"status", "--json"})); }
};

TEST_F(ShutLink, HasItsStreamBegunAnewOnceAndIfThatIsTooSoonInTheNextPause) {
    start_in_silence();
    const std::uint32_t left = ssrc(kLeft);
    const std::uint32_t right = ssrc(kRight);

    shut_left_for(500ms);
    ASSERT_TRUE(logs("its stream begins anew"));
    ASSERT_TRUE(gets_another_stream_than(left));
    EXPECT_EQ(ssrc(kRight), right);
    EXPECT_EQ(sink(0).packets_dropped, 0U);
    EXPECT_FALSE(sink(0).doubtful_s);

    shut_left_for(500ms);
    ASSERT_TRUE(logs("left: its link was blocked for"));
    const BridgeStatus doubtful = status();
    ASSERT_TRUE(doubtful.sinks[0].doubtful_s);
    EXPECT_LT(*doubtful.sinks[0].doubtful_s, 10);
    EXPECT_FALSE(doubtful.sinks[1].doubtful_s);
    EXPECT_THAT(doubtful.summary, HasSubstr("left may be out of step"));
    EXPECT_EQ(times_logged("its stream begins anew"), 1U);

    const std::uint32_t doubted = ssrc(kLeft);
    ASSERT_TRUE(run_until(
        loop, [&] { return times_logged("its stream begins anew") == 2; }, 20s * kSlowness));
    ASSERT_TRUE(gets_another_stream_than(doubted));
    EXPECT_FALSE(sink(0).doubtful_s);
    EXPECT_EQ(ssrc(kRight), right);
}

}  // namespace
}  // namespace tandem::testing
