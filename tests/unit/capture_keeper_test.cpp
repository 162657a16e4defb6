// SPDX-License-Identifier: GPL-3.0-or-later
// A sound card's faults, seen from both ends: what is said of them, and what two speakers get
// meanwhile. Card, engine and keeper in virtual time.
#include "tandem/bridge/capture_keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "fakes/sim_world.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::SimCard;
using test::SimWorld;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A USB port with or without a card, and two speakers.
class CardFaults : public ::testing::Test {
  protected:
    CardFaults() {
        (void)world_.engine.exchange_capture(nullptr);
        for (const std::size_t sink : {0U, 1U}) {
            ChainSettings settings = world_.settings(sink);
            settings.sink = {.latency = 300ms, .certain = true};
            world_.attach(sink, settings);
        }
    }
    void start() {
        keeper_.open({.device = "hw:Aux", .rate = {48000}}, world_.now);
        run(5s);
        ASSERT_EQ(world_.engine.snapshot().timeline, TimelineState::locked);
    }
    void run(Duration length) {
        for (const Time end = world_.now + length; world_.now < end;) {
            world_.run(CaptureKeeper::kLook);
            keeper_.step(world_.engine.snapshot(), world_.now);
        }
    }
    // The device file goes: what is open of it is dead, and nothing can be opened.
    void unplug() {
        trouble_ = CaptureError{CaptureReason::card_missing, "there is no card"};
        card_->unplug();
    }
    void plug_in() { trouble_.reset(); }
    [[nodiscard]] bool delivers() {
        const auto before = world_.engine.snapshot().intake.frames_captured;
        run(CaptureKeeper::kLook);
        return world_.engine.snapshot().intake.frames_captured > before + 20'000;
    }
    // Until sound comes in again; more than `limit` never passes.
    [[nodiscard]] Duration time_until_it_delivers(Duration limit) {
        const Time begin = world_.now;
        while (world_.now - begin < limit && !delivers()) {
        }
        return world_.now - begin;
    }
    // Neither speaker missed a packet or got one twice, whatever was in it, and none came later
    // than the intake takes to call a card stalled.
    void expect_both_played_on() {
        for (const auto& recording : world_.recordings) {
            const auto& packets = recording.packets;
            if (&recording > &world_.recordings[1]) break;
            ASSERT_NEAR(static_cast<double>(packets.size()),
                        to_ms(world_.now - start_) / (896 / 48.0), 9);
            for (std::size_t i = 1; i < packets.size(); ++i) {
                ASSERT_EQ(static_cast<std::uint16_t>(packets[i].sequence - packets[i - 1].sequence),
                          1);
                ASSERT_EQ(packets[i].timestamp - packets[i - 1].timestamp, 896U);
                ASSERT_LT(packets[i].time - packets[i - 1].time, 130ms);
            }
        }
    }
    [[nodiscard]] std::vector<std::string> reasons() const { return reasons_; }

    SimWorld world_;
    Time start_ = world_.now;
    std::optional<CaptureError> trouble_;  // what opening meets
    std::unique_ptr<Capture> owned_;
    SimCard* card_ = nullptr;  // the newest that was opened
    bool opens_frozen_ = false;
    int opened_ = 0;
    std::vector<std::string> reasons_;  // of all lines that were told; "": all is well
    std::vector<std::string> told_;
    CaptureKeeper keeper_{
        [this](std::unique_ptr<Capture> capture) {
            (void)world_.engine.exchange_capture(capture.get());
            owned_ = std::move(capture);
        },
        [this](const CaptureSettings&) -> OpenedCapture {
            if (trouble_) throw *trouble_;
            ++opened_;
            auto card = std::make_unique<SimCard>(SimCard::Settings{.start = world_.now});
            card->freeze(opens_frozen_);
            card_ = card.get();
            return {std::move(card), "a card"};
        },
        [this](Severity, EventKind, const std::string& sentence, const Fields& fields) {
            const auto reason = std::find_if(fields.begin(), fields.end(),
                                             [](const auto& f) { return f.first == "REASON"; });
            reasons_.push_back(reason != fields.end() ? reason->second : "");
            told_.push_back(sentence);
        }};
};

TEST_F(CardFaults, AnUnpluggedCardIsSilenceAndIsBackWithinTwoSecondsOfItsReturn) {
    start();
    unplug();
    run(30s);
    EXPECT_FALSE(keeper_.running());
    plug_in();
    EXPECT_LE(time_until_it_delivers(10s), 2s);
    run(10s);
    EXPECT_TRUE(keeper_.running());
    EXPECT_EQ(world_.engine.snapshot().timeline, TimelineState::locked);
    EXPECT_THAT(reasons(), ElementsAre("", "card-lost", "card-missing", ""));
    expect_both_played_on();
}

TEST_F(CardFaults, ABusyCardIsNamedOnceAndTakenWhenItIsFree) {
    trouble_ = CaptureError{CaptureReason::card_busy, "the card is in use by another program"};
    keeper_.open({.device = "hw:Aux", .rate = {48000}}, world_.now);
    run(60s);
    EXPECT_EQ(keeper_.reason(), CaptureReason::card_busy);
    trouble_.reset();
    EXPECT_LE(time_until_it_delivers(10s), 2s);
    EXPECT_THAT(reasons(), ElementsAre("card-busy", ""));
    expect_both_played_on();
}

TEST_F(CardFaults, ARateThatIsRefusedIsNamedOnceAndTheNextSettingsAreTriedAtOnce) {
    trouble_ = CaptureError{CaptureReason::card_refused, "the card does not run at 48000 Hz"};
    keeper_.open({.device = "hw:Aux", .rate = {48000}}, world_.now);
    run(10s);
    EXPECT_EQ(keeper_.detail(), "the card does not run at 48000 Hz");
    trouble_.reset();
    keeper_.open({.device = "plughw:Aux", .rate = {48000}}, world_.now);
    EXPECT_TRUE(keeper_.running());
    EXPECT_THAT(reasons(), ElementsAre("card-refused", ""));
}

TEST_F(CardFaults, ACardThatStopsDeliveringIsOpenedAnew) {
    start();
    card_->freeze(true);
    EXPECT_LE(time_until_it_delivers(10s), 2s + 500ms);
    EXPECT_EQ(opened_, 2);
    run(10s);
    EXPECT_EQ(world_.engine.snapshot().timeline, TimelineState::locked);
    EXPECT_THAT(reasons(), ElementsAre("", "card-stalled", ""));
    EXPECT_THAT(told_[1], HasSubstr("hw:Aux delivers nothing and reports no error"));
    expect_both_played_on();
}

TEST_F(CardFaults, ACardThatDeliversNothingForLongIsNamedOnce) {
    start();
    card_->freeze(true);
    opens_frozen_ = true;
    run(60s);
    EXPECT_FALSE(keeper_.running());
    EXPECT_GT(opened_, 20);
    EXPECT_THAT(reasons(), ElementsAre("", "card-stalled"));
    opens_frozen_ = false;
    EXPECT_LE(time_until_it_delivers(10s), 2s + 500ms);
    run(1s);
    EXPECT_THAT(reasons(), ElementsAre("", "card-stalled", ""));
    expect_both_played_on();
}

TEST_F(CardFaults, ACardThatNeverDeliversIsNotSaidToRunOnAndOff) {
    opens_frozen_ = true;
    keeper_.open({.device = "hw:Aux", .rate = {48000}}, world_.now);
    run(30s);
    EXPECT_EQ(keeper_.reason(), CaptureReason::card_stalled);
    EXPECT_THAT(reasons(), ElementsAre("", "card-stalled"));
    expect_both_played_on();
}

TEST_F(CardFaults, AStormOfXrunsIsNamedOnceAndItsEndToo) {
    start();
    for (int i = 0; i < 100; ++i) {
        card_->xrun_at(world_.now);
        run(500ms);
    }
    EXPECT_TRUE(keeper_.running()) << "what comes is played";
    EXPECT_EQ(keeper_.reason(), CaptureReason::card_xruns);
    EXPECT_THAT(reasons(), ElementsAre("", "card-xruns"));
    EXPECT_EQ(opened_, 1);
    run(25s);
    EXPECT_EQ(keeper_.reason(), CaptureReason::none);
    EXPECT_THAT(reasons(), ElementsAre("", "card-xruns", ""));
    EXPECT_EQ(world_.engine.snapshot().timeline, TimelineState::locked);
    expect_both_played_on();
}

TEST_F(CardFaults, ASingleXrunIsNoStorm) {
    start();
    for (int i = 0; i < 8; ++i) {
        card_->xrun_at(world_.now);
        run(10s);
    }
    EXPECT_THAT(reasons(), ElementsAre(""));
}

// An engine that was held up has read nothing: that says nothing of the card.
TEST_F(CardFaults, AMachineThatStoodStillDoesNotMakeTheCardSilent) {
    start();
    const EngineSnapshot before = world_.engine.snapshot();
    world_.now += 20s;
    keeper_.step(before, world_.now);
    world_.run(100ms);
    keeper_.step(world_.engine.snapshot(), world_.now);
    run(2s);
    EXPECT_EQ(opened_, 1);
    EXPECT_THAT(reasons(), ElementsAre(""));
}

// 200 ms in which nothing of this process ran, again and again.
TEST_F(CardFaults, AMachineThatIsHeldUpFor200MsLosesNoPacket) {
    start();
    for (int i = 0; i < 20; ++i) {
        world_.now += 200ms;
        run(3s);
    }
    for (const std::size_t sink : {0U, 1U}) {
        EXPECT_EQ(world_.engine.snapshot().chains[sink].left_out, 0U);
        const auto& packets = world_.recordings[sink].packets;
        for (std::size_t i = 1; i < packets.size(); ++i)
            ASSERT_EQ(packets[i].timestamp - packets[i - 1].timestamp, 896U);
    }
    EXPECT_EQ(world_.engine.snapshot().timeline, TimelineState::locked);
    EXPECT_THAT(reasons(), ElementsAre(""));
}

// Suspend to RAM: CLOCK_MONOTONIC stands still meanwhile, and the card has to be started again.
TEST_F(CardFaults, ASuspendOfTheMachineIsAnXrunWithoutLostTime) {
    start();
    const auto filled = world_.engine.snapshot().intake.frames_filled;
    card_->xrun_at(world_.now);
    run(5s);
    EXPECT_LT(world_.engine.snapshot().intake.frames_filled - filled, 480U);
    EXPECT_EQ(world_.engine.snapshot().timeline, TimelineState::locked);
    EXPECT_THAT(reasons(), ElementsAre(""));
    expect_both_played_on();
}

}  // namespace
}  // namespace tandem
