// SPDX-License-Identifier: GPL-3.0-or-later
// The kinds of speakers: what each makes of packets that are late, lost or never sent.
#include "playout.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>

namespace lab::test {
namespace {

using namespace std::chrono_literals;

constexpr int kRate = 48000;
constexpr int kPacket = 8 * 128;

Time time_of(std::int64_t samples) {
    return Time{(samples * 1'000'000'000 + kRate - 1) / kRate};
}

// A stream on an even grid, whose samples tell their place by left * 1000 + right (1 and more).
class Listener {
  public:
    explicit Listener(const std::string& kind, double ppm = 0)
        : playout_{options(kind, ppm), kRate, Time{0}} {}

    void send(int packet) { send_at(packet, time_of(std::int64_t{packet} * kPacket)); }
    void send_at(int packet, Time arrival) {
        std::vector<StereoSample> sound;
        for (int i = 0; i < kPacket; ++i) {
            const int place = packet * kPacket + i + 1000;
            sound.push_back(
                {static_cast<std::int16_t>(place / 1000), static_cast<std::int16_t>(place % 1000)});
        }
        playout_.receive(static_cast<std::uint32_t>(packet * kPacket), sound, arrival);
        playout_.advance(arrival, heard_);
    }
    void send_all(int first, int end) {
        for (int packet = first; packet < end; ++packet)
            send(packet);
    }
    void stop() { playout_.stop(); }
    [[nodiscard]] int underruns() const { return playout_.underruns(); }

    // How many samples after it was sent the sound stands now; nothing while it is silent.
    [[nodiscard]] std::optional<std::int64_t> latency() const {
        const auto& last = heard_.back();
        if (last.left == 0) return std::nullopt;
        return std::ssize(heard_) - 1 - (last.left * 1000 + last.right - 1000);
    }
    [[nodiscard]] std::int64_t latency_now() const { return latency().value_or(-1); }

  private:
    static PlayoutOptions options(const std::string& kind, double ppm) {
        PlayoutOptions chosen;
        chosen.clock_ppm = ppm;
        set_kind(chosen, kind);
        return chosen;
    }
    Playout playout_;
    std::vector<StereoSample> heard_;
};

TEST(Playout, OfACountingSpeakerBeginsAtSixtyFrames) {
    Listener listener{"counting"};
    listener.send_all(0, 8);
    EXPECT_FALSE(listener.latency());
    listener.send(8);
    EXPECT_EQ(listener.latency_now(), 7 * kPacket);
}

TEST(Playout, OfAPacketCounterBeginsAtItsCount) {
    for (const int count : {5, 15}) {
        Listener listener{"packets:" + std::to_string(count)};
        listener.send_all(0, count);
        EXPECT_FALSE(listener.latency()) << count;
        listener.send(count);
        EXPECT_EQ(listener.latency_now(), (count - 1) * kPacket);
    }
}

TEST(Playout, OfAPlacingSpeakerKeepsItsPlaceWhenPacketsAreMissing) {
    Listener listener{"placing"};
    listener.send_all(0, 20);
    EXPECT_EQ(listener.latency_now(), 7200);
    listener.send_all(23, 60);
    EXPECT_NEAR(static_cast<double>(listener.latency_now()), 7200, 2);
}

TEST(Playout, OfACountingSpeakerIsEarlierByEachPacketThatIsMissing) {
    for (const char* kind : {"counting", "counting-refill", "packets:15", "regulated"}) {
        Listener listener{kind};
        listener.send_all(0, 20);
        const std::int64_t before = listener.latency_now();
        listener.send_all(22, 40);
        EXPECT_NEAR(static_cast<double>(before - listener.latency_now()), 2 * kPacket, 80) << kind;
    }
}

TEST(Playout, SwallowsAStallThatIsShorterThanItsLatency) {
    for (const char* kind : {"placing", "counting", "counting-refill", "packets:15", "regulated"}) {
        Listener listener{kind};
        listener.send_all(0, 30);
        const std::int64_t before = listener.latency_now();
        for (int packet = 30; packet < 35; ++packet)  // all at once when the air is back
            listener.send_at(packet, time_of(35 * kPacket - 100));
        listener.send_all(35, 60);
        EXPECT_EQ(listener.underruns(), 0) << kind;
        EXPECT_NEAR(static_cast<double>(listener.latency_now()), static_cast<double>(before), 30)
            << kind;
    }
}

TEST(Playout, IsLaterForGoodByAnUnderrunUnlessItPlaces) {
    const auto later_by = [](const char* kind) {
        Listener listener{kind};
        listener.send_all(0, 30);
        const std::int64_t before = listener.latency_now();
        for (int packet = 30; packet < 50; ++packet)
            listener.send_at(packet, time_of(50 * kPacket - 100));
        listener.send_all(50, 60);
        return listener.latency_now() - before;
    };
    EXPECT_NEAR(static_cast<double>(later_by("placing")), 0, 15);
    // 20 packets without sound, and 7 were in the buffer; some 0.4 % of it is back again
    EXPECT_NEAR(static_cast<double>(later_by("counting")), 13 * kPacket, 250);
    EXPECT_GT(later_by("packets:5"), 14 * kPacket);
}

TEST(Playout, RefillsAfterAnUnderrunByItsOwnRule) {
    const auto silent_after_return = [](const char* kind) {
        Listener listener{kind};
        listener.send_all(0, 30);
        int silent = 0;
        for (int packet = 60; packet < 75; ++packet) {
            listener.send(packet);
            silent += packet > 60 && !listener.latency() ? 1 : 0;
        }
        return silent;
    };
    EXPECT_EQ(silent_after_return("counting"), 0);
    EXPECT_EQ(silent_after_return("counting-refill"), 7);
    EXPECT_EQ(silent_after_return("packets:5"), 4);
}

TEST(Playout, StartsAnewByItsOwnRuleAfterAPauseOfTheStream) {
    for (const char* kind : {"placing", "counting", "packets:5", "regulated"}) {
        Listener listener{kind};
        listener.send_all(0, 30);
        const std::int64_t before = listener.latency_now();
        listener.stop();
        listener.send_all(41, 70);
        EXPECT_NEAR(static_cast<double>(listener.latency_now()), static_cast<double>(before), 2)
            << kind;
    }
}

TEST(Playout, RunsByItsOwnClock) {
    Listener fast{"counting", 100};
    fast.send_all(0, 480);
    EXPECT_NEAR(static_cast<double>(fast.latency_now()), 7 * kPacket - 480 * kPacket * 1e-4, 4);
    Listener led{"placing", 100};
    led.send_all(0, 480 * 4);
    EXPECT_NEAR(static_cast<double>(led.latency_now()), 7200, 10);
}

TEST(Playout, RefusesAKindThatIsNotKnown) {
    PlayoutOptions options;
    EXPECT_THROW(set_kind(options, "guessing"), std::runtime_error);
}

}  // namespace
}  // namespace lab::test
