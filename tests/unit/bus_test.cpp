// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of bus/ that need no bus.
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <thread>

#include "tandem/bus/backoff.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/bus/value.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;

TEST(Value, NamesItsType) {
    EXPECT_EQ(Value(true).signature(), "b");
    EXPECT_EQ(Value("text").signature(), "s");
    EXPECT_EQ(Value(Bytes{1, 2}).signature(), "ay");
    EXPECT_EQ(Value(std::uint16_t{7}).signature(), "q");
    EXPECT_EQ(Value::properties({{"a", true}}).signature(), "a{sv}");
    EXPECT_EQ(Value::array("o", {}).signature(), "ao");
    EXPECT_EQ(Value(Value::Struct{{"a", 1.0}}).signature(), "(sd)");
    EXPECT_EQ(signature_of({ObjectPath{"/"}, Value::properties({})}), "oa{sv}");
}

TEST(Value, IsReadThroughVariants) {
    const auto boxed = Value::variant(Value::variant(std::uint16_t{1200}));
    ASSERT_NE(boxed.as<std::uint16_t>(), nullptr);
    EXPECT_EQ(*boxed.as<std::uint16_t>(), 1200);
}

TEST(Value, DeniesAnyOtherTypeThanItsOwn) {
    const auto dict = Value::properties({{"Powered", "yes"}});
    EXPECT_FALSE(property<bool>(dict, "Powered"));
    EXPECT_FALSE(property<std::string>(dict, "Missing"));
    EXPECT_FALSE(property<std::string>(Value(3.0), "Powered"));
    EXPECT_EQ(Value(true).find("x"), nullptr);
    EXPECT_TRUE(Value(true).text().empty());
    EXPECT_TRUE(Value(true).items().empty());
    EXPECT_FALSE(Value(true).take_fd());
}

TEST(Value, GivesItsDescriptorAwayOnce) {
    const Value value = Value::Fd{std::make_shared<OwnedFd>(eventfd(0, EFD_CLOEXEC))};
    const std::vector<Value> copies(2, value);
    EXPECT_TRUE(copies[0].take_fd());
    EXPECT_FALSE(copies[1].take_fd());
    EXPECT_FALSE(value.take_fd());
}

TEST(Backoff, DoublesUpToItsLimit) {
    const BackoffPolicy policy{2s, 60s};
    EXPECT_EQ(policy.after(1), 2s);
    EXPECT_EQ(policy.after(2), 4s);
    EXPECT_EQ(policy.after(5), 32s);
    EXPECT_EQ(policy.after(6), 60s);
    EXPECT_EQ(policy.after(1'000'000), 60s);
}

TEST(Loop, RunsWhatOtherThreadsPost) {
    Loop loop;
    std::thread::id ran_on;
    std::thread other([&] {
        loop.post([&] {
            ran_on = std::this_thread::get_id();
            loop.stop();
        });
    });
    loop.run();
    other.join();
    EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(Loop, FiresTimersInTheOrderTheyAreDue) {
    Loop loop;
    std::string order;
    const auto third = loop.after(3ms, [&] { loop.stop(); });
    const auto second = loop.after(2ms, [&] { order += 'b'; });
    const auto first = loop.after(1ms, [&] { order += 'a'; });
    auto never = loop.after(1ms, [&] { order += 'x'; });
    never.reset();
    loop.run();
    EXPECT_EQ(order, "ab");
}

TEST(Loop, RepeatsATimerUntilItsOwnCallbackEndsIt) {
    Loop loop;
    int count = 0;
    Loop::Handle timer;
    timer = loop.every(1ms, [&] {
        if (++count < 3) return;
        timer.reset();
        loop.post([&] { loop.stop(); });
    });
    loop.run();
    EXPECT_EQ(count, 3);
}

TEST(Loop, TellsEachWatchOfADescriptorAboutItsEventsOnly) {
    Loop loop;
    const OwnedFd fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    int reads = 0;
    int writes = 0;
    const auto reader = loop.watch(fd.get(), EPOLLIN, [&](std::uint32_t) {
        ++reads;
        loop.stop();
    });
    Loop::Handle writer;
    writer = loop.watch(fd.get(), EPOLLOUT, [&](std::uint32_t events) {
        EXPECT_EQ(events & EPOLLIN, 0U);
        ++writes;
        writer.reset();
        eventfd_write(fd.get(), 1);
    });
    loop.run();
    EXPECT_EQ(reads, 1);
    EXPECT_EQ(writes, 1);
}

TEST(Loop, PassesOnWhatACallbackThrows) {
    Loop loop;
    loop.post([] { throw std::runtime_error("trouble"); });
    EXPECT_THROW(loop.run(), std::runtime_error);
    loop.post([&] { loop.stop(); });
    loop.run();  // and it can be run again
}

TEST(Loop, IsOutlivedByItsHandles) {
    Loop::Handle handle;
    {
        Loop loop;
        handle = loop.after(1h, [] {});
    }
    handle.reset();
}

}  // namespace
}  // namespace tandem
