// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/state_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <future>
#include <optional>
#include <utility>
#include <vector>

#include "fakes/temporary_folder.hpp"

namespace tandem {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds kNoon =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 12h;
const std::string kLeft = "AA:BB:CC:DD:EE:FF";
const LatencyKey kSbc{kLeft, "SBC", 8};

struct StateFileTest : testing::Test {
    test::TemporaryFolder folder;
    Loop loop;
    std::vector<std::string> told;
    std::optional<StateFile> state;

    void open(const std::string& path, Duration rest = 1h) {
        state.reset();
        state.emplace(
            loop, path, [this](Severity, const std::string& sentence) { told.push_back(sentence); },
            rest);
    }
    void open() { open(folder.file("state.toml")); }
    // Lets what is due happen, whatever of it is due at once.
    void run_once() {
        const auto end = loop.after(1ms, [this] { loop.stop(); });
        loop.run();
        state->finish();
    }
};

TEST_F(StateFileTest, RemembersOverARestart) {
    open();
    EXPECT_EQ(state->state().find(kSbc), nullptr);
    state->learn_reported(kSbc, {120ms, kNoon});
    state->learn_measured(kSbc, {118ms, kNoon});
    open();
    ASSERT_NE(state->state().find(kSbc), nullptr);
    EXPECT_EQ(state->state().find(kSbc)->reported, (LearnedLatency{120ms, kNoon}));
    EXPECT_EQ(state->state().find(kSbc)->measured, (LearnedLatency{118ms, kNoon}));
    EXPECT_TRUE(told.empty());
}

TEST_F(StateFileTest, RemembersVolumesOverARestart) {
    open();
    EXPECT_EQ(state->volume(kLeft), std::nullopt);
    state->learn_volume(kLeft, 51);
    open();
    EXPECT_EQ(state->volume(kLeft), 51);
    state->learn_volume(kLeft, 51);
    folder.write("state.toml", "");
    open();
    EXPECT_EQ(state->volume(kLeft), std::nullopt) << "what is known already is not written again";
}

TEST_F(StateFileTest, NothingLearnedIsNothingWritten) {
    open();
    state.reset();
    EXPECT_EQ(folder.files(), 0U);
}

TEST_F(StateFileTest, WritesAfterARestAndNotForEachChange) {
    open(folder.file("state.toml"), Duration{0});
    state->learn_reported(kSbc, {120ms, kNoon});
    state->learn_reported(kSbc, {130ms, kNoon});
    EXPECT_FALSE(folder.has("state.toml"));
    run_once();
    EXPECT_THAT(folder.read("state.toml"), HasSubstr("reported_ms = 130.000"));
    EXPECT_EQ(folder.files(), 1U);
}

TEST_F(StateFileTest, TheSameAgainIsWrittenOnceADay) {
    open();
    state->learn_reported(kSbc, {120ms, kNoon});
    open();
    folder.write("state.toml", "# not written again\n");
    state->learn_reported(kSbc, {120ms, kNoon + 23h});
    open();
    EXPECT_EQ(folder.read("state.toml"), "# not written again\n");
    state->learn_reported(kSbc, {120ms, kNoon});
    open();
    state->learn_reported(kSbc, {120ms, kNoon + 24h});
    open();
    EXPECT_EQ(state->state().find(kSbc)->reported->at, kNoon + 24h);
}

TEST_F(StateFileTest, ADamagedFileIsSetAsideWithOneWarning) {
    folder.write("state.toml", "[[speaker]]\naddress = 3\n");
    open();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_THAT(told[0],
                HasSubstr("state.toml is damaged (line 1: address is no text): it was renamed to"));
    EXPECT_EQ(folder.read("state.toml.damaged"), "[[speaker]]\naddress = 3\n");
    EXPECT_FALSE(folder.has("state.toml"));
    state->learn_reported(kSbc, {120ms, kNoon});
    open();
    EXPECT_NE(state->state().find(kSbc), nullptr);
    EXPECT_EQ(told.size(), 1U);
}

TEST_F(StateFileTest, WhatCannotBeReadIsSetAsideToo) {
    std::filesystem::create_directory(folder.file("state.toml"));
    open();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(folder.has("state.toml.damaged"));
}

TEST_F(StateFileTest, AFifoIsNotWaitedFor) {
    ASSERT_EQ(mkfifo(folder.file("state.toml").c_str(), 0600), 0);
    open();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(folder.has("state.toml.damaged"));
}

TEST_F(StateFileTest, WhatWouldUseUpTheParsersStackIsSetAside) {
    std::string deep = "a";
    for (int i = 0; i < 31'000; ++i)
        deep += ".a";
    folder.write("state.toml", "\n" + deep + " = 1\n");
    open();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_THAT(told[0], HasSubstr("(line 2: more than 16 parts within one another)"));
    EXPECT_TRUE(folder.has("state.toml.damaged"));
}

TEST_F(StateFileTest, AFolderThatIsNotThereIsToldOnceAndItsReturnToo) {
    open(folder.file("gone/state.toml"), Duration{0});
    for (const Duration latency : {120ms, 130ms, 140ms}) {
        state->learn_reported(kSbc, {latency, kNoon});
        run_once();
    }
    ASSERT_EQ(told.size(), 1U);
    EXPECT_THAT(told[0],
                HasSubstr("gone/state.toml cannot be written (No such file or directory)"));
    EXPECT_EQ(state->state().find(kSbc)->reported->value, 140ms) << "it is known all the same";
    std::filesystem::create_directory(folder.file("gone"));
    run_once();  // by itself: nothing new has to be learned for it
    ASSERT_EQ(told.size(), 2U);
    EXPECT_THAT(told[1], HasSubstr("can be written again"));
    EXPECT_THAT(folder.read("gone/state.toml"), HasSubstr("reported_ms = 140.000"));
}

TEST_F(StateFileTest, AFullDiskIsToldOnceAndLeavesTheOldFileWhole) {
    open();
    state->learn_reported(kSbc, {120ms, kNoon});
    open(folder.file("state.toml"), Duration{0});
    const auto before = folder.read("state.toml");
    // A limit on the size of files is as good as a full disk.
    rlimit unlimited{};
    getrlimit(RLIMIT_FSIZE, &unlimited);
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit full = unlimited;
    full.rlim_cur = 10;
    setrlimit(RLIMIT_FSIZE, &full);
    state->learn_reported(kSbc, {130ms, kNoon});
    run_once();
    state->learn_reported(kSbc, {140ms, kNoon});
    run_once();
    setrlimit(RLIMIT_FSIZE, &unlimited);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(folder.read("state.toml"), before);
    EXPECT_EQ(folder.files(), 1U);
}

TEST_F(StateFileTest, ADiskThatTakesItsTimeHoldsNothingUp) {
    std::promise<void> disk;
    std::atomic<int> begun = 0;
    const auto slow = [&, ready = disk.get_future().share()](const std::string& path,
                                                             const std::string& text) {
        ++begun;
        ready.wait();
        std::ofstream{path} << text;
    };
    state.emplace(
        loop, folder.file("state.toml"), [](Severity, const std::string&) {}, Duration{0}, slow);
    state->learn_reported(kSbc, {120ms, kNoon});
    bool asked_again = false;
    // A second write becomes due while the first one lasts, and waits for it.
    const auto learn = loop.every(1ms, [&] {
        if (begun == 0) return;
        if (std::exchange(asked_again, true)) return loop.stop();
        state->learn_reported(kSbc, {130ms, kNoon});
    });
    loop.run();
    EXPECT_EQ(begun, 1);
    EXPECT_FALSE(folder.has("state.toml"));
    disk.set_value();
    state.reset();
    EXPECT_EQ(begun, 2);
    EXPECT_THAT(folder.read("state.toml"), HasSubstr("reported_ms = 130.000"));
}

}  // namespace
}  // namespace tandem
