// SPDX-License-Identifier: GPL-3.0-or-later
// A link that stalls is known in a second and a half, and nothing else is taken for one: the whole
// engine, a real SocketLink and a radio with buffers, in virtual time.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "fakes/sim_world.hpp"
#include "sim/model/air.hpp"
#include "tandem/a2dp/profile.hpp"
#include "tandem/link/link_watch.hpp"
#include "tandem/link/socket_link.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::SimWorld;

constexpr std::size_t kMtu = 1005;
constexpr std::uint8_t kHandle = 11;
constexpr Duration kKnown = 1500ms;
constexpr Duration kGrid = 500us;

enum class Share { half_of_the_controller, no_bound };

// Takes packets from a transport's socket into its eight buffers and sends them; tells of each that
// has arrived in a Number Of Completed Packets event.
class Radio {
  public:
    Radio() {
        const auto pair = [](OwnedFd& near, OwnedFd& far) {
            int ends[2];
            if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
                throw std::system_error(errno, std::generic_category(), "socketpair");
            near.reset(ends[0]);
            far.reset(ends[1]);
        };
        pair(transport_, packets_);
        pair(events_, completed_);
        const int small = 4096;  // some packets, as a transport's
        (void)::setsockopt(transport_.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    }
    std::unique_ptr<Link> link(Share share) {
        std::optional<AclWindow> window;
        if (share == Share::half_of_the_controller)
            window.emplace(std::move(completed_), AclWindow::Settings{kHandle, 1021, 4});
        return std::make_unique<SocketLink>(std::move(transport_), std::move(window));
    }
    void set_loss(double loss) { air_ = sim::Air(loss, 7); }
    void cut(bool on) { cut_ = on; }
    void hang_up() { packets_.reset(); }

    void run(Time now) {
        if (cut_ || !packets_) return;
        if (!arrival_ && !buffers_.empty()) arrival_ = air_.send(buffers_.front(), now);
        while (arrival_ && *arrival_ <= now) {
            const std::uint8_t event[]{4, 0x13, 5, 1, kHandle, 0, 1, 0};
            (void)::send(events_.get(), event, sizeof event, MSG_NOSIGNAL);
            buffers_.pop_front();
            arrival_.reset();
            if (!buffers_.empty()) arrival_ = air_.send(buffers_.front(), now);
        }
    }
    void take() {
        std::uint8_t bytes[kMtu];
        while (packets_ && buffers_.size() < 8) {
            const ssize_t size = ::recv(packets_.get(), bytes, sizeof bytes, 0);
            if (size <= 0) return;
            buffers_.push_back(static_cast<std::size_t>(size));
        }
    }

  private:
    OwnedFd transport_, packets_;
    OwnedFd events_, completed_;
    sim::Air air_{0, 7};
    bool cut_ = false;
    std::deque<std::size_t> buffers_;  // octets
    std::optional<Time> arrival_;      // of the first of them
};

class Watched {
  public:
    explicit Watched(Share share, Duration first_look = {}) : next_look_(world_.now + first_look) {
        ChainSettings settings = world_.settings(0);
        settings.sink = {.latency = 150ms, .certain = true, .plays_on = true};
        chain_ = std::make_unique<Chain>(settings, world_.engine.history(),
                                         world_.engine.frame_cache(), radio.link(share));
        (void)world_.engine.exchange_chain(0, chain_.get());
    }
    void run(Duration length) {
        for (const Time end = world_.now + length; world_.now < end; world_.now += kGrid) {
            radio.run(world_.now);
            if (world_.now >= engine_from_) (void)world_.engine.step(world_.now);
            radio.take();
            look();
        }
    }
    void hold_engine(Duration length) { engine_from_ = world_.now + length; }
    void hold_control(Duration length) { next_look_ = world_.now + length; }
    // Nothing runs, the radio included.
    void stand_still(Duration length) { world_.now += length; }
    [[nodiscard]] Time now() const { return world_.now; }

    struct Seen {
        Time time;
        LinkMotion motion;
    };
    std::vector<Seen> seen;
    Radio radio;

  private:
    void look() {
        if (world_.now < next_look_) return;
        next_look_ = world_.now + LinkWatch::kLook;
        const ChainCounters counters = world_.engine.snapshot().chains[0];
        if (const auto motion = watch_.look(counters.blocked, counters.link_error))
            seen.push_back({world_.now, *motion});
    }

    SimWorld world_;
    std::unique_ptr<Chain> chain_;
    LinkWatch watch_;
    Time next_look_;
    Time engine_from_{};
};

class Stall : public testing::TestWithParam<Share> {};

TEST_P(Stall, IsKnownWithinASecondAndAHalfWheneverItIsLookedAt) {
    for (Duration first_look = 0ms; first_look < LinkWatch::kLook; first_look += 12ms) {
        Watched link(GetParam(), first_look);
        link.run(2s);
        const Time cut = link.now();
        link.radio.cut(true);
        link.run(3s);
        ASSERT_EQ(link.seen.size(), 1U);
        EXPECT_EQ(link.seen[0].motion, LinkMotion::stalled);
        EXPECT_LE(link.seen[0].time - cut, kKnown) << "first look " << to_ms(first_look);
        EXPECT_GE(link.seen[0].time - cut, LinkWatch::kStall);
    }
}

TEST_P(Stall, IsOverWithTheFirstLookAfterTheAirsReturn) {
    Watched link(GetParam());
    link.run(2s);
    link.radio.cut(true);
    link.run(3s);
    link.radio.cut(false);
    const Time back = link.now();
    link.run(1s);
    ASSERT_EQ(link.seen.size(), 2U);
    EXPECT_EQ(link.seen[1].motion, LinkMotion::moves);
    EXPECT_LE(link.seen[1].time - back, LinkWatch::kLook + 50ms);
}

INSTANTIATE_TEST_SUITE_P(Link, Stall,
                         testing::Values(Share::half_of_the_controller, Share::no_bound),
                         [](const auto& info) {
                             return info.param == Share::no_bound ? "ThatMayFillTheController"
                                                                  : "WithItsShare";
                         });

struct Trouble {
    const char* name;
    std::function<void(Watched&)> happens;
    friend void PrintTo(const Trouble& value, std::ostream* out) { *out << value.name; }
};

// Once a second, at a moment that moves through the looks.
std::function<void(Watched&)> again_and_again(const std::function<void(Watched&)>& what) {
    return [what](Watched& link) {
        for (int i = 0; i < 25; ++i) {
            what(link);
            link.run(1s + 11ms);
        }
    };
}
std::function<void(Watched&)> a_minute_with(double loss) {
    return [loss](Watched& link) {
        link.radio.set_loss(loss);
        link.run(60s);
    };
}

const Trouble kTroubles[]{
    {"ThatLoses30Of100Frames", a_minute_with(0.3)},
    {"ThatLoses85Of100Frames", a_minute_with(0.85)},
    {"WhoseEngineIsHeldFor200Ms", again_and_again([](Watched& link) { link.hold_engine(200ms); })},
    {"WhoseWatchIsHeldFor200Ms", again_and_again([](Watched& link) { link.hold_control(200ms); })},
    {"OnAMachineThatStandsStillFor140Ms",
     again_and_again([](Watched& link) { link.stand_still(140ms); })},
    {"OnAMachineThatStandsStillForASecond",
     again_and_again([](Watched& link) { link.stand_still(1s); })},
    {"ThatIsCutForHalfASecond", again_and_again([](Watched& link) {
         link.radio.cut(true);
         link.run(500ms);
         link.radio.cut(false);
     })},
};

class NoStall : public testing::TestWithParam<std::tuple<Trouble, Share>> {};

TEST_P(NoStall, IsSeenOnALink) {
    Watched link(std::get<1>(GetParam()));
    link.run(2s);
    std::get<0>(GetParam()).happens(link);
    EXPECT_TRUE(link.seen.empty());
}

INSTANTIATE_TEST_SUITE_P(Link, NoStall,
                         testing::Combine(testing::ValuesIn(kTroubles),
                                          testing::Values(Share::half_of_the_controller,
                                                          Share::no_bound)),
                         [](const auto& info) {
                             return std::string(std::get<0>(info.param).name) +
                                    (std::get<1>(info.param) == Share::no_bound ? "WithoutAShare"
                                                                                : "");
                         });

// As when bluetoothd ends: the socket is gone, and sink control knows of it by itself.
TEST(ALinkThatBreaks, IsNoStallAndIsToldOnce) {
    Watched link(Share::half_of_the_controller);
    link.run(2s);
    link.radio.hang_up();
    link.run(3s);
    ASSERT_EQ(link.seen.size(), 1U);
    EXPECT_EQ(link.seen[0].motion, LinkMotion::failed);
}

}  // namespace
}  // namespace tandem
