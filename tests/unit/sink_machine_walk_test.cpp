// SPDX-License-Identifier: GPL-3.0-or-later
// Walks over a sink's whole state machine at random: whatever the world does, and however long
// BlueZ takes to answer, what holds of a sink in all its states holds.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tandem/bluez/reasons.hpp"
#include "unit/sink_machine_bench.hpp"

namespace tandem::test {
namespace {

class Walk {
  public:
    explicit Walk(unsigned seed) : chance_(seed) { facts_.adapter = "hci0"; }

    // What lasts without a reason, and is no streaming, at most.
    [[nodiscard]] Duration longest_unexplained() const { return longest_; }
    [[nodiscard]] const std::map<SinkState, int>& seen() const { return seen_; }

    void step() {
        now_ += std::chrono::milliseconds(50 + pick(1000));
        change_the_world();
        machine_.update(facts_, now_);
        answer_what_is_due();
        if (machine_.wants_connect(now_) && pick(5) > 0) machine_.start_connect(now_);
        for (const auto action : machine_.take_actions())
            begin(action);
        look();
    }

  private:
    int pick(int below) { return static_cast<int>(chance_() % static_cast<unsigned>(below)); }
    bool now_and_then() { return pick(150) == 0; }

    void change_the_world() {
        if (now_and_then()) change_access();
        if (now_and_then()) facts_.connected = !facts_.connected;
        if (now_and_then()) facts_.quiet = !facts_.quiet;
        if (now_and_then()) facts_.air_in_use = !facts_.air_in_use;
        if (now_and_then()) facts_.claimed_elsewhere = !facts_.claimed_elsewhere;
        if (now_and_then()) ++facts_.seen;
        if (now_and_then()) ++facts_.transport_ended;
        if (now_and_then()) facts_.asked = !facts_.asked;
        if (now_and_then())
            facts_.transport = facts_.transport.empty() ? "/t/fd" + std::to_string(pick(9)) : "";
        if (now_and_then()) machine_.on_link_failed("Broken pipe", now_);
        if (now_and_then()) machine_.on_link_stalled(now_);
        if (now_and_then()) machine_.on_link_moves(now_);
    }

    void change_access() {
        using Way = SinkAccess::Way;
        const Reason off = make_reason(ReasonCode::adapter_off, {}, "hci0");
        const Reason silent = make_reason(ReasonCode::bluetooth_silent);
        const Reason idle = make_reason(ReasonCode::idle);
        const std::array ways{SinkAccess{Way::open}, SinkAccess{Way::open},
                              SinkAccess{Way::obstructed, off}, SinkAccess{Way::not_yet, silent},
                              SinkAccess{Way::resting, idle}};
        facts_.access = ways.at(static_cast<std::size_t>(pick(ways.size())));
    }

    std::optional<BusError> any_answer() {
        const std::array<const char*, 8> said{"br-connection-page-timeout",
                                              "br-connection-canceled",
                                              "br-connection-busy",
                                              "br-connection-key-missing",
                                              "InProgress",
                                              "br-connection-refused",
                                              "br-connection-already-connected",
                                              "Operation Not Authorized"};
        if (pick(3) == 0) return std::nullopt;
        return BusError{"org.bluez.Error.Failed", said.at(static_cast<std::size_t>(pick(8)))};
    }

    // BlueZ answers at once, or after as much as a minute.
    void begin(SinkAction action) {
        const Duration takes = pick(3) == 0 ? std::chrono::seconds(pick(60)) : Duration{0};
        if (action == SinkAction::connect || action == SinkAction::disconnect ||
            action == SinkAction::acquire)
            answers_[action] = now_ + takes;
        if (action == SinkAction::cancel && pick(2) == 0) answers_[SinkAction::connect] = now_;
    }

    void answer_what_is_due() {
        std::vector<SinkAction> due;
        for (const auto& [action, when] : answers_)
            if (when <= now_) due.push_back(action);
        for (const auto action : due) {
            answers_.erase(action);
            if (action == SinkAction::connect) machine_.on_connect_done(any_answer(), now_);
            if (action == SinkAction::acquire) machine_.on_acquire_done(any_answer(), now_);
            if (action == SinkAction::disconnect) machine_.on_disconnect_done(now_);
        }
    }

    void look() {
        ++seen_[machine_.state()];
        const bool explained = machine_.state() == SinkState::streaming || machine_.reason();
        if (explained) explained_ = now_;
        longest_ = std::max(longest_, now_ - explained_);
    }

    std::mt19937 chance_;
    SinkMachine machine_{"AA:BB:CC:DD:EE:FF", SinkPolicy{}};
    SinkFacts facts_;
    Time now_{1000s};
    Time explained_ = now_;
    Duration longest_{0};
    std::map<SinkAction, Time> answers_;
    std::map<SinkState, int> seen_;
};

TEST(SinkMachine, IsNothingButStreamingForThirtySecondsWithoutAReason) {
    std::map<SinkState, int> seen;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        Walk walk{seed};
        for (int step = 0; step < 5000; ++step)
            walk.step();
        EXPECT_LE(walk.longest_unexplained(), 30s) << "seed " << seed;
        for (const auto& [state, times] : walk.seen())
            seen[state] += times;
    }
    EXPECT_EQ(seen.size(), 8U) << "the walks have been in every state";
}

}  // namespace
}  // namespace tandem::test
