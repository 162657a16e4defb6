// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/engine/engine_thread.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <thread>

#include "fakes/sim_card.hpp"
#include "tandem/a2dp/capabilities.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/link/socket_link.hpp"

namespace tandem {
namespace {

constexpr SampleRate kRate{48000};

// A chain into a socket pair; the test holds the far end.
class EngineThreadTest : public testing::Test {
  protected:
    EngineThreadTest() {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) std::abort();
        near_.reset(ends[0]);
        far_.reset(ends[1]);
    }
    std::unique_ptr<Chain> make_chain(EngineThread& engine) {
        ChainSettings settings;
        settings.sbc = std::get<SbcConfig>(choose_configuration(SbcOctets{0xFF, 0xFF, 2, 53}, kRate,
                                                                Profile::balanced, std::nullopt));
        settings.frames_per_packet = 3;
        return std::make_unique<Chain>(settings, engine.history(), engine.frame_cache(),
                                       std::make_unique<SocketLink>(std::move(near_)));
    }
    // Bytes of the next packet, 0 at the end of the stream; -1 if nothing comes for 10 s.
    ssize_t receive() {
        pollfd descriptor{far_.get(), POLLIN, 0};
        if (poll(&descriptor, 1, 10'000) != 1) return -1;
        std::uint8_t packet[2048];
        return ::recv(far_.get(), packet, sizeof packet, 0);
    }
    // What receive() gives once it gives no packet.
    ssize_t receive_the_rest() {
        ssize_t size = receive();
        while (size > 0)
            size = receive();
        return size;
    }
    OwnedFd near_, far_;
};

TEST_F(EngineThreadTest, PlaysIntoASocketAndLetsGoOfItWhenDetached) {
    EngineThread engine(kRate);
    engine.set_capture(std::make_unique<test::SimCard>(
        test::SimCard::Settings{.rate = kRate, .start = now_monotonic()}));
    engine.attach_chain(1, make_chain(engine));
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(receive(), 13 + 3 * 115);
    EXPECT_GE(engine.snapshot().chains[1].link.sent, 1U);
    EXPECT_TRUE(engine.snapshot().attached[1]);
    engine.detach_chain(1);
    EXPECT_EQ(receive_the_rest(), 0);
}

TEST_F(EngineThreadTest, ClosesWhatItStillHasAtItsEnd) {
    {
        EngineThread engine(kRate);
        engine.attach_chain(0, make_chain(engine));
    }
    EXPECT_EQ(receive_the_rest(), 0);
}

TEST_F(EngineThreadTest, StepsGoOnWithoutACapture) {
    EngineThread engine(kRate);
    engine.set_capture(nullptr);  // waits for a step
    const std::uint64_t before = engine.steps();
    while (engine.steps() < before + 3)
        std::this_thread::yield();  // else the test never ends
}

TEST(SpscQueue, HandsEverythingOverInOrderBetweenTwoThreads) {
    SpscQueue<int, 8> queue;
    std::thread producer([&] {
        for (int i = 0; i < 100'000; ++i)
            while (!queue.push(i))
                std::this_thread::yield();
    });
    for (int expected = 0; expected < 100'000;) {
        if (const auto value = queue.pop()) {
            ASSERT_EQ(*value, expected++);
        } else {
            std::this_thread::yield();
        }
    }
    producer.join();
    EXPECT_FALSE(queue.pop().has_value());
}

TEST(SpscQueue, RefusesWhatDoesNotFit) {
    SpscQueue<int, 2> queue;
    EXPECT_TRUE(queue.push(1));
    EXPECT_TRUE(queue.push(2));
    EXPECT_FALSE(queue.push(3));
    EXPECT_EQ(queue.pop(), 1);
    EXPECT_TRUE(queue.push(3));
}

TEST(LatestValue, IsNeverTornAndNeverGoesBack) {
    struct Pair {
        std::int64_t a = 0;
        std::int64_t b = 0;
    };
    LatestValue<Pair> value;
    std::thread writer([&] {
        for (std::int64_t i = 1; i <= 200'000; ++i)
            value.publish({i, -i});
    });
    std::int64_t last = 0;
    while (last < 200'000) {
        const Pair seen = value.latest();
        ASSERT_EQ(seen.a, -seen.b);
        ASSERT_GE(seen.a, last);
        last = seen.a;
    }
    writer.join();
}

}  // namespace
}  // namespace tandem
