// SPDX-License-Identifier: GPL-3.0-or-later
// Continuity as a guarantee: whatever becomes of one sink, the packets of the other one are the
// same, octet by octet, and leave at the same moments.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <functional>
#include <string>
#include <system_error>
#include <utility>

#include "fakes/sim_world.hpp"
#include "tandem/link/socket_link.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::Recording;
using test::SentPacket;
using test::SimWorld;

constexpr std::size_t kFaulty = 0;
constexpr std::size_t kOther = 1;
constexpr std::size_t kMtu = 1005;
constexpr Duration kLength = 12s;

// Reads what a real SocketLink sends to the faulty sink, as its radio would.
enum class Radio { takes_all, takes_nothing, takes_one_in_40_ms };

class Household {
  public:
    explicit Household(Frames delay_of_other) {
        world_.attach(kOther, settings_of_other(delay_of_other));
    }

    [[nodiscard]] ChainSettings settings() const { return world_.settings(kFaulty); }
    void attach(const ChainSettings& settings) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
            throw std::system_error(errno, std::generic_category(), "socketpair");
        const int small = 4096;  // some packets, as a radio's
        (void)::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
        peer_.reset(ends[1]);
        auto chain =
            std::make_unique<Chain>(settings, world_.engine.history(), world_.engine.frame_cache(),
                                    std::make_unique<SocketLink>(OwnedFd(ends[0])));
        (void)world_.engine.exchange_chain(kFaulty, chain.get());
        chain_ = std::move(chain);
    }
    void detach() {
        (void)world_.engine.exchange_chain(kFaulty, nullptr);
        chain_.reset();
        peer_.reset();
    }
    void hang_up() { peer_.reset(); }
    void set_radio(Radio radio) { radio_ = radio; }
    [[nodiscard]] Engine& engine() { return world_.engine; }

    // Steps on a grid of time, so that the engine looks at its card at the same moments whatever
    // the faulty sink asks for.
    void run(Duration length) {
        for (const Time end = world_.now + length; world_.now < end; world_.now += 250us) {
            (void)world_.engine.step(world_.now);
            listen();
        }
    }
    // Steps as the engine asks for it.
    void run_as_asked(Duration length) {
        for (const Time end = world_.now + length; world_.now < end;) {
            const Time next = world_.engine.step(world_.now);
            listen();
            world_.now = std::max(next, world_.now + 1ns) + 30us;
        }
    }
    void run_to_the_end() { run(kLength - (world_.now - start_)); }

    [[nodiscard]] const std::vector<SentPacket>& other() const {
        return world_.recordings[kOther].packets;
    }
    [[nodiscard]] const std::vector<SentPacket>& faulty() const { return heard_; }
    [[nodiscard]] ChainCounters counters(std::size_t sink) const {
        return world_.engine.snapshot().chains[sink];
    }

  private:
    [[nodiscard]] ChainSettings settings_of_other(Frames delay) const {
        ChainSettings settings = world_.settings(kOther, delay);
        settings.phase = Frames{384};  // whole SBC frames: what both need is encoded once
        return settings;
    }
    void listen() {
        if (!peer_ || radio_ == Radio::takes_nothing) return;
        const bool slow = radio_ == Radio::takes_one_in_40_ms;
        if (slow && world_.now < next_read_) return;
        next_read_ = world_.now + 40ms;
        std::vector<std::uint8_t> bytes(kMtu);
        ssize_t size = 0;
        while ((size = ::recv(peer_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT)) > 0) {
            heard_.push_back({world_.now, 0, 0, {bytes.begin(), bytes.begin() + size}});
            if (slow) return;
        }
    }

    SimWorld world_{{.ppm = 60, .tick = 4ms, .late = 300us}};
    Time start_ = world_.now;
    std::unique_ptr<Chain> chain_;
    OwnedFd peer_;
    Radio radio_ = Radio::takes_all;
    Time next_read_{};
    std::vector<SentPacket> heard_;
};

struct Fault {
    const char* name;
    std::function<void(Household&)> happens;  // from the third second on; may run the household
    friend void PrintTo(const Fault& value, std::ostream* out) { *out << value.name; }
};

void leave_and_come_back(Household& house, const std::function<void(ChainSettings&)>& change) {
    house.detach();
    house.run(1s);
    ChainSettings settings = house.settings();
    change(settings);
    house.attach(settings);
}

const Fault kFaults[]{
    {"FreezesForGood", [](Household& house) { house.set_radio(Radio::takes_nothing); }},
    {"FreezesForThreeSeconds",
     [](Household& house) {
         house.set_radio(Radio::takes_nothing);
         house.run(3s);
         EXPECT_GT(house.counters(kFaulty).waiting, 80);
         house.set_radio(Radio::takes_all);
     }},
    {"TakesHalfOfAllPackets",
     [](Household& house) {
         house.set_radio(Radio::takes_one_in_40_ms);
         house.run(5s);
         EXPECT_TRUE(house.counters(kFaulty).begin_anew);
     }},
    {"Breaks",
     [](Household& house) {
         house.hang_up();
         house.run(1s);
         EXPECT_EQ(house.counters(kFaulty).link_error, EPIPE);
     }},
    {"BreaksWhileItTakesNothing",
     [](Household& house) {
         house.set_radio(Radio::takes_nothing);
         house.run(1s);
         house.hang_up();
     }},
    {"Leaves", [](Household& house) { house.detach(); }},
    {"ComesBackWithASmallerMtu",
     [](Household& house) {
         leave_and_come_back(house, [](ChainSettings& chain) { chain.frames_per_packet = 4; });
     }},
    {"ComesBackWithALowerBitpool",
     [](Household& house) {
         leave_and_come_back(house, [](ChainSettings& chain) { chain.sbc.bitpool = 35; });
     }},
    {"ComesBackInAnotherRoleAndGain",
     [](Household& house) {
         leave_and_come_back(house, [](ChainSettings& chain) {
             chain.role = Role::left;
             chain.gain_db = -6;
         });
     }},
    {"ComesAndGoesTenTimesASecond",
     [](Household& house) {
         for (int i = 0; i < 30; ++i) {
             house.detach();
             house.run(50ms);
             house.attach(house.settings());
             house.run(50ms);
         }
     }},
    {"IsSlewed", [](Household& house) { house.engine().chain(kFaulty)->set_delay(Frames{480}); }},
    {"JumpsToAnotherDelay",
     [](Household& house) { house.engine().chain(kFaulty)->set_delay(Frames{9600}); }},
    {"IsMadeQuieter", [](Household& house) { house.engine().chain(kFaulty)->set_gain_db(-12); }},
    {"IsMadeLouderThanFullScale",
     [](Household& house) { house.engine().chain(kFaulty)->set_gain_db(12); }},
};

// Both sinks with the same delay share their encoded frames; with different ones they do not.
class Continuity : public testing::TestWithParam<std::tuple<Fault, std::int64_t>> {
  protected:
    Frames delay_of_other{std::get<1>(GetParam())};
};

void expect_the_same(const std::vector<SentPacket>& disturbed,
                     const std::vector<SentPacket>& undisturbed) {
    ASSERT_GT(undisturbed.size(), 600U);
    ASSERT_EQ(disturbed.size(), undisturbed.size());
    for (std::size_t i = 0; i < disturbed.size(); ++i) {
        ASSERT_EQ(disturbed[i].bytes, undisturbed[i].bytes) << "packet " << i;
        ASSERT_EQ(disturbed[i].time, undisturbed[i].time) << "packet " << i;
    }
}

TEST_P(Continuity, OfTheOtherSinkIsUntouchedWhenASink) {
    Household undisturbed(delay_of_other);
    undisturbed.attach(undisturbed.settings());
    undisturbed.run_to_the_end();
    Household disturbed(delay_of_other);
    disturbed.attach(disturbed.settings());
    disturbed.run(3s);
    std::get<0>(GetParam()).happens(disturbed);
    disturbed.run_to_the_end();

    expect_the_same(disturbed.other(), undisturbed.other());
    EXPECT_EQ(undisturbed.counters(kOther).shared > 0, delay_of_other == Frames{0});
    // Neither is there nothing to be untouched by.
    const auto octets = [](const Household& house) {
        std::vector<std::pair<Time, std::vector<std::uint8_t>>> all;
        for (const SentPacket& packet : house.faulty())
            all.emplace_back(packet.time, packet.bytes);
        return all;
    };
    EXPECT_NE(octets(disturbed), octets(undisturbed));
}

INSTANTIATE_TEST_SUITE_P(Faults, Continuity,
                         testing::Combine(testing::ValuesIn(kFaults),
                                          testing::Values<std::int64_t>(0, 4321)),
                         [](const auto& info) {
                             return std::string(std::get<0>(info.param).name) +
                                    (std::get<1>(info.param) == 0 ? "" : "WithAnotherDelay");
                         });

// On its own beat, the engine wakes for both sinks, looks at the card then, and lets the timeline
// follow: so the other's moments are the same but for what that moves, its octets to the last one.
TEST(OwnBeat, LeavesTheOtherSinksOctetsAloneWhenASinkLeaves) {
    Household undisturbed(Frames{0});
    undisturbed.attach(undisturbed.settings());
    undisturbed.run_as_asked(kLength);
    Household disturbed(Frames{0});
    disturbed.attach(disturbed.settings());
    disturbed.run_as_asked(3s);
    disturbed.detach();
    disturbed.run_as_asked(kLength - 3s);
    const auto& one = disturbed.other();
    const auto& other = undisturbed.other();
    const std::size_t common = std::min(one.size(), other.size());
    ASSERT_GT(common, 600U);
    for (std::size_t i = 0; i < common; ++i) {
        ASSERT_EQ(one[i].bytes, other[i].bytes) << i;
        EXPECT_NEAR(to_ms(one[i].time - other[i].time), 0, 0.3) << i;
    }
}

}  // namespace
}  // namespace tandem
