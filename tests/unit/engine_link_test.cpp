// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine does for a link that cannot take everything: less to send, and what it tells.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <span>
#include <vector>

#include "fakes/sim_world.hpp"
#include "tandem/a2dp/airtime.hpp"
#include "tandem/engine/engine.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::SimWorld;

// How far two decoded streams are apart, RMS of each 128 frames.
std::vector<double> apart(const test::Recording& one, const test::Recording& other) {
    const auto a = one.decode();
    const auto b = other.decode();
    std::vector<double> result;
    for (std::size_t at = 0; at + 128 <= std::min(a.size(), b.size()); at += 128) {
        double energy = 0;
        for (std::size_t i = at; i < at + 128; ++i)
            energy += std::pow(static_cast<double>(a[i]) - b[i], 2);
        result.push_back(std::sqrt(energy / 128));
    }
    return result;
}

TEST(Engine, ChangesTheBitpoolOfOneSinkWithoutAClickAndStopsSharing) {
    SimWorld world;
    world.attach(0, world.settings(0));
    world.attach(1, world.settings(0));
    const auto shared = [&] {
        const auto chains = world.engine.snapshot().chains;
        return chains[0].shared + chains[1].shared;
    };
    world.run(2s);
    world.engine.chain(0)->set_bitpool(25);
    world.run(100ms);  // what was encoded ahead
    const auto before = shared();
    EXPECT_GT(before, 0U);
    world.run(2s);
    EXPECT_EQ(shared(), before);
    world.engine.chain(0)->set_bitpool(51);
    world.run(2s);
    EXPECT_GT(shared(), before);
    std::set<std::size_t> sizes;
    for (const auto& packet : world.recordings[0].packets)
        sizes.insert(packet.bytes.size());
    EXPECT_EQ(sizes.size(), 2U) << "no packet has frames of both kinds";
    // Coarser while it lasts, the same as the other before and after; a break would stand out.
    const auto difference = apart(world.recordings[0], world.recordings[1]);
    const auto coarse = std::span(difference).subspan(difference.size() / 2 - 200, 300);
    const double usual = *std::max_element(coarse.begin(), coarse.end());
    EXPECT_EQ(difference.front(), 0);
    EXPECT_EQ(difference.back(), 0);
    EXPECT_LE(*std::max_element(difference.begin(), difference.end()), 1.25 * usual);
}

// 51 takes a packet of five slots, 25 one of three: what arrives is to arrive as before.
TEST(Engine, SendsShorterPacketsLaterByTheAirTheySave) {
    SimWorld world;
    world.attach(0, world.settings(0));
    world.run(2s);
    const auto& packets = world.recordings[0].packets;
    const auto after_its_time = [&](const test::SentPacket& packet) {
        return packet.time -
               duration_of(Frames{packet.timestamp - packets.front().timestamp},
                           world.settings(0).sbc.rate) -
               packets.front().time;
    };
    const auto arrives = [&](const test::SentPacket& packet) {
        return to_ms(after_its_time(packet) + air_time(packet.bytes.size()) -
                     air_time(packets.front().bytes.size()));
    };
    world.engine.chain(0)->set_bitpool(25);
    world.run(1s);
    EXPECT_LT(packets.back().bytes.size(), packets.front().bytes.size());
    EXPECT_NEAR(to_ms(after_its_time(packets.back())), 1.25, 0.1);
    EXPECT_NEAR(arrives(packets.back()), 0, 0.1);
    world.engine.chain(0)->set_bitpool(51);
    world.run(1s);
    EXPECT_EQ(packets.back().bytes.size(), packets.front().bytes.size());
    EXPECT_NEAR(arrives(packets.back()), 0, 0.1);
}

// Takes nothing until it is opened.
class DeafLink final : public Link {
  public:
    explicit DeafLink(const bool& open, int in_flight = 0, int* asked = nullptr)
        : open_(open), in_flight_(in_flight), asked_(asked) {}
    LinkStatus send(std::span<const std::uint8_t>) noexcept override {
        if (!open_) return LinkStatus::full;
        ++counters_.sent;
        return LinkStatus::sent;
    }
    bool ready(std::size_t) noexcept override {
        if (asked_ != nullptr) ++*asked_;
        return open_;
    }
    int in_flight() noexcept override { return in_flight_; }
    LinkCounters counters() const noexcept override { return counters_; }

  private:
    const bool& open_;
    int in_flight_;
    int* asked_;
    LinkCounters counters_;
};

TEST(Engine, TellsForHowLongNothingHasLeftForASink) {
    SimWorld world;
    bool open = true;
    ChainSettings settings = world.settings(0);
    settings.sink.latency = 2s;
    world.chains[0] =
        std::make_unique<Chain>(settings, world.engine.history(), world.engine.frame_cache(),
                                std::make_unique<DeafLink>(open));
    (void)world.engine.exchange_chain(0, world.chains[0].get());
    const auto blocked = [&] { return world.engine.snapshot().chains[0].blocked; };
    world.run(2s);
    EXPECT_EQ(blocked(), Duration{});
    open = false;
    world.run(1s);
    EXPECT_GT(blocked(), 950ms);
    EXPECT_LE(blocked(), 1s);
    open = true;
    world.run(100ms);
    EXPECT_EQ(blocked(), Duration{});
}

TEST(Engine, TriesALinkThatStaysShutHundredTimesASecondAtMost) {
    SimWorld world;
    bool open = true;
    int asked = 0;
    ChainSettings settings = world.settings(0);
    settings.sink.latency = 2s;
    world.chains[0] =
        std::make_unique<Chain>(settings, world.engine.history(), world.engine.frame_cache(),
                                std::make_unique<DeafLink>(open, 0, &asked));
    (void)world.engine.exchange_chain(0, world.chains[0].get());
    world.run(2s);
    open = false;
    world.run(500ms);
    asked = 0;
    world.run(500ms);
    EXPECT_GT(asked, 20);
    EXPECT_LE(asked, 51);
    open = true;
    world.run(11ms);
    EXPECT_EQ(world.engine.snapshot().chains[0].blocked, Duration{});
}

// The speaker lacks it for longer than what still waits in the history.
TEST(Engine, CountsWhatTheControllerHoldsAsMissing) {
    for (const int in_flight : {0, 3}) {
        SimWorld world;
        bool open = true;
        world.chains[0] = std::make_unique<Chain>(world.settings(0), world.engine.history(),
                                                  world.engine.frame_cache(),
                                                  std::make_unique<DeafLink>(open, in_flight));
        (void)world.engine.exchange_chain(0, world.chains[0].get());
        world.run(2s);
        open = false;
        world.run(100ms);  // less than the 130 ms that a latency of 150 ms, believed, is good for
        open = true;
        world.run(100ms);
        EXPECT_EQ(world.engine.snapshot().chains[0].begin_anew, in_flight > 0) << in_flight;
    }
}

// A controller with room for four packets, which it delivers one in 4 ms, unless the air is shut.
class Controller final : public Link {
  public:
    explicit Controller(const Time& now) : now_(now) {}
    void shut(bool now_shut) { shut_ = now_shut; }
    LinkStatus send(std::span<const std::uint8_t> packet) noexcept override {
        if (!ready(packet.size())) return LinkStatus::full;
        if (out_ == 0) free_at_ = now_ + kAir;
        ++out_;
        ++counters_.sent;
        return LinkStatus::sent;
    }
    bool ready(std::size_t) noexcept override { return in_flight() < 4; }
    int in_flight() noexcept override {
        if (shut_) free_at_ = std::max(free_at_, now_);
        for (; !shut_ && out_ > 0 && now_ >= free_at_; free_at_ += kAir)
            --out_;
        return out_;
    }
    LinkCounters counters() const noexcept override { return counters_; }

  private:
    static constexpr Duration kAir = 4ms;
    const Time& now_;
    bool shut_ = false;
    int out_ = 0;
    Time free_at_{};
    LinkCounters counters_;
};

// Whether a stream to a speaker of that latency begins anew after the air was shut for so long.
bool begins_anew(Duration latency, Duration shut) {
    SimWorld world;
    ChainSettings settings = world.settings(0);
    settings.sink.latency = latency;
    auto link = std::make_unique<Controller>(world.now);
    Controller& controller = *link;
    Chain chain(settings, world.engine.history(), world.engine.frame_cache(), std::move(link));
    (void)world.engine.exchange_chain(0, &chain);
    world.run(2s);
    controller.shut(true);
    world.run(shut);
    controller.shut(false);
    world.run(1s);
    const bool anew = world.engine.snapshot().chains[0].begin_anew;
    (void)world.engine.exchange_chain(0, nullptr);
    return anew;
}

// Four packets are 75 ms: a stall may be over before a packet waits here at all, or for long.
TEST(Engine, NoticesAStallThatTheControllersBufferHides) {
    // It opens up to a packet later than that, when the engine runs the next time.
    for (const Duration shut : {20ms, 40ms})
        EXPECT_FALSE(begins_anew(85ms, shut)) << to_ms(shut);
    for (const Duration shut : {90ms, 100ms, 110ms, 120ms, 130ms, 150ms})
        EXPECT_TRUE(begins_anew(85ms, shut)) << to_ms(shut);
    for (const Duration shut : {60ms, 90ms, 100ms, 110ms})
        EXPECT_FALSE(begins_anew(150ms, shut)) << to_ms(shut);
    EXPECT_TRUE(begins_anew(150ms, 160ms));
}

// A limiter remembers what was loud before: two chains of the same gain need not be at one.
TEST(Engine, SharesNoFramesPastALimiter) {
    SimWorld world;
    for (const std::size_t sink : {0U, 1U}) {
        auto settings = world.settings(0);
        settings.gain_db = 12;
        world.attach(sink, settings);
    }
    world.run(2s);
    const auto chains = world.engine.snapshot().chains;
    EXPECT_EQ(chains[0].shared + chains[1].shared, 0U);
    EXPECT_GT(world.recordings[1].packets.size(), 90U);
}

}  // namespace
}  // namespace tandem
