// SPDX-License-Identifier: GPL-3.0-or-later
#include "radio.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace lab::test {
namespace {

using namespace std::chrono_literals;

struct Packet {
    int controller;
    Time time;
    Bytes bytes;
};

const Bytes kPageOfTwo{0x01, 0x05, 0x04, 13, 2, 0, 0, 0, 0, 0xAA, 0x18, 0xcc, 1, 0, 0, 0, 1};
const Bytes kListens{0x01, 0x1a, 0x0c, 1, 0x02};

// Three hosts and their controllers; 0 is linked to 1 and to 2, every end with a handle of its own.
class RadioTest : public ::testing::Test, private Wires {
  protected:
    RadioTest() : radio_{3, *this, 1} {
        for (std::uint8_t c = 0; c < 3; ++c) {
            radio_.from_emulator(c, Bytes{0x04, 0x0e, 10, 1, 0x09, 0x10, 0, c, 0, 0, 0, 0, 0xAA});
        }
        connect(0, 0x10, 1, 0x20);
        connect(0, 0x11, 2, 0x20);
        hosts_.clear();
    }

    void connect(int a, std::uint8_t a_handle, int b, std::uint8_t b_handle) {
        for (const auto& [self, handle, peer] :
             {std::tuple{a, a_handle, b}, std::tuple{b, b_handle, a}}) {
            radio_.from_emulator(
                self, Bytes{0x04, 0x03, 11, 0, handle, 0, static_cast<std::uint8_t>(peer), 0, 0, 0,
                            0, 0xAA, 1, 0});
        }
    }
    void send(int controller, std::uint8_t handle, std::size_t size) {
        Bytes packet{0x02, handle, 0x00, static_cast<std::uint8_t>(size & 0xff),
                     static_cast<std::uint8_t>(size >> 8)};
        packet.resize(5 + size, static_cast<std::uint8_t>(handle));
        radio_.from_host(controller, now_, packet);
    }
    void run_until(Time end) {
        while (radio_.next_event() && *radio_.next_event() <= end) {
            now_ = *radio_.next_event();
            radio_.advance(now_);
        }
        now_ = end;
    }
    // What a host got, of one H4 type (and event code).
    std::vector<Packet> got(int controller, std::uint8_t type, int event = -1) const {
        std::vector<Packet> result;
        for (const Packet& packet : hosts_) {
            if (packet.controller == controller && packet.bytes[0] == type &&
                (event < 0 || packet.bytes[1] == event)) {
                result.push_back(packet);
            }
        }
        return result;
    }

    Radio radio_;
    Time now_ = 100s;
    std::vector<Packet> hosts_;
    std::vector<Packet> emulators_;
    std::vector<std::pair<int, Time>> arrivals_;

  private:
    void to_host(int controller, std::span<const std::uint8_t> packet) override {
        hosts_.push_back({controller, now_, {packet.begin(), packet.end()}});
    }
    void arrived(int controller, Time time, std::span<const std::uint8_t>) override {
        arrivals_.emplace_back(controller, time);
    }
    void to_emulator(int controller, std::span<const std::uint8_t> packet) override {
        emulators_.push_back({controller, now_, {packet.begin(), packet.end()}});
    }
};

TEST_F(RadioTest, GivesAFrameItsSlotsAndTheReceiversHandle) {
    send(0, 0x10, 933);
    run_until(101s);
    const auto received = got(1, 0x02);
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received[0].time, 100s + 3750us);
    EXPECT_EQ(received[0].bytes[1], 0x20) << "handle of the receiving end";
    EXPECT_EQ(received[0].bytes[2], 0x20) << "first fragment, as a controller delivers it";
    EXPECT_EQ(received[0].bytes.size(), 5U + 933U);
    EXPECT_TRUE(got(2, 0x02).empty());
}

TEST_F(RadioTest, NamesThePacketsThatItsAirCarries) {
    radio_.from_emulator(
        1, Bytes{0x04, 0x0e, 12, 1, 0x03, 0x10, 0, 0xa4, 0x08, 0, 0xc0, 0x58, 0x1e, 0x7b, 0x83});
    const auto answers = got(1, 0x04, 0x0e);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].bytes, (Bytes{0x04, 0x0e, 12, 1, 0x03, 0x10, 0, 0xa7, 0x08, 0, 0xc6, 0xd8,
                                       0x1f, 0x7b, 0x83}));
}

TEST_F(RadioTest, ReportsAFrameAsCompletedWhenItsAirTimeIsOver) {
    send(0, 0x11, 500);
    run_until(101s);
    const auto completed = got(0, 0x04, 0x13);
    ASSERT_EQ(completed.size(), 1U);
    EXPECT_EQ(completed[0].time, 100s + 2500us);
    EXPECT_EQ(completed[0].bytes, (Bytes{0x04, 0x13, 5, 1, 0x11, 0, 1, 0}));
}

TEST_F(RadioTest, SendsOneFrameAtATimeAndServesLinksByTurns) {
    send(0, 0x10, 1000);
    send(0, 0x10, 1000);
    send(0, 0x11, 1000);
    run_until(101s);
    ASSERT_EQ(got(1, 0x02).size(), 2U);
    ASSERT_EQ(got(2, 0x02).size(), 1U);
    EXPECT_EQ(got(1, 0x02)[0].time, 100s + 3750us);
    EXPECT_EQ(got(2, 0x02)[0].time, 100s + 7500us);
    EXPECT_EQ(got(1, 0x02)[1].time, 100s + 11250us);
}

TEST_F(RadioTest, CountsTheAirAsFreeFromTheEndOfTheLastFrame) {
    send(0, 0x10, 1000);
    send(0, 0x11, 1000);
    now_ = 100s + 10ms;  // the relay woke late
    radio_.advance(now_);
    EXPECT_EQ(got(1, 0x02).size(), 1U);
    EXPECT_EQ(got(2, 0x02).size(), 1U);
    const std::vector<std::pair<int, Time>> expected{{1, 100s + 3750us}, {2, 100s + 7500us}};
    EXPECT_EQ(arrivals_, expected) << "and says when they arrived, not when it noticed";
}

TEST_F(RadioTest, SendsALostFrameAgainUntilItArrives) {
    radio_.set_loss(1, 0.5);
    for (int i = 0; i < 100; ++i)
        send(0, 0x10, 80);
    run_until(110s);
    EXPECT_EQ(got(1, 0x02).size(), 100U);
    const Time took = got(1, 0x02).back().time - 100s;
    EXPECT_GT(took, 150 * 1250us);
    EXPECT_LT(took, 300 * 1250us);
}

TEST_F(RadioTest, DropsALinkThatIsOutOfReachForTwentySeconds) {
    radio_.set_outage(1, true, now_);
    send(0, 0x10, 500);
    run_until(100s + 19s);
    EXPECT_TRUE(got(1, 0x02).empty());
    EXPECT_TRUE(emulators_.empty());
    run_until(100s + 21s);
    ASSERT_EQ(emulators_.size(), 1U) << "the emulator is told to end the link";
    EXPECT_EQ(emulators_[0].bytes, (Bytes{0x01, 0x06, 0x04, 3, 0x20, 0, 0x13}));
    radio_.from_emulator(1, Bytes{0x04, 0x0f, 4, 0, 1, 0x06, 0x04});
    EXPECT_TRUE(got(1, 0x04, 0x0f).empty()) << "the host did not ask for it";
    radio_.from_emulator(1, Bytes{0x04, 0x05, 4, 0, 0x20, 0, 0x16});
    radio_.from_emulator(0, Bytes{0x04, 0x05, 4, 0, 0x10, 0, 0x13});
    ASSERT_EQ(got(0, 0x04, 0x05).size(), 1U);
    EXPECT_EQ(got(0, 0x04, 0x05)[0].bytes[6], 0x08) << "connection timeout";
    EXPECT_EQ(got(1, 0x04, 0x05)[0].bytes[6], 0x08);
}

TEST_F(RadioTest, KeepsALinkWhoseOutageWasShort) {
    radio_.set_outage(1, true, now_);
    send(0, 0x10, 500);
    run_until(105s);
    radio_.set_outage(1, false, now_);
    run_until(130s);
    EXPECT_EQ(got(1, 0x02).size(), 1U);
    EXPECT_TRUE(emulators_.empty());
}

TEST_F(RadioTest, LetsAPageOfAnAbsentSpeakerTimeOut) {
    radio_.set_outage(2, true, now_);
    radio_.from_host(0, now_,
                     Bytes{0x01, 0x05, 0x04, 13, 2, 0, 0, 0, 0, 0xAA, 0x18, 0xcc, 1, 0, 0, 0, 1});
    run_until(110s);
    EXPECT_TRUE(emulators_.empty());
    ASSERT_EQ(got(0, 0x04, 0x0f).size(), 1U);
    const auto complete = got(0, 0x04, 0x03);
    ASSERT_EQ(complete.size(), 1U);
    EXPECT_EQ(complete[0].bytes[3], 0x04);
    EXPECT_EQ(complete[0].time, 100s + 5120ms);
}

TEST_F(RadioTest, EndsAPageThatIsCancelled) {
    radio_.set_outage(2, true, now_);
    radio_.from_host(0, now_,
                     Bytes{0x01, 0x05, 0x04, 13, 2, 0, 0, 0, 0, 0xAA, 0x18, 0xcc, 1, 0, 0, 0, 1});
    radio_.from_host(0, now_, Bytes{0x01, 0x08, 0x04, 6, 2, 0, 0, 0, 0, 0xAA});
    ASSERT_EQ(got(0, 0x04, 0x03).size(), 1U);
    EXPECT_EQ(got(0, 0x04, 0x03)[0].bytes[3], 0x02);
    run_until(110s);
    EXPECT_EQ(got(0, 0x04, 0x03).size(), 1U) << "the page does not fail a second time";
}

TEST_F(RadioTest, LetsASpeakerAnswerAPageAfterHalfAScanInterval) {
    radio_.from_host(2, now_, kListens);
    emulators_.clear();
    radio_.from_host(0, now_, kPageOfTwo);
    run_until(110s);
    ASSERT_EQ(emulators_.size(), 1U);
    EXPECT_EQ(emulators_[0].bytes, kPageOfTwo);
    EXPECT_EQ(emulators_[0].time, 100s + 640ms);
    EXPECT_EQ(radio_.paged(0, now_), 640ms);
    radio_.from_emulator(0, Bytes{0x04, 0x0f, 4, 0, 1, 0x05, 0x04});
    EXPECT_EQ(got(0, 0x04, 0x0f).size(), 1U) << "the host hears of its command's status once";
}

TEST_F(RadioTest, FindsASpeakerThatIsSwitchedOnDuringThePage) {
    radio_.from_host(0, now_, kPageOfTwo);
    run_until(103s);
    radio_.from_host(2, now_, kListens);
    emulators_.clear();
    run_until(110s);
    ASSERT_EQ(emulators_.size(), 1U);
    EXPECT_EQ(emulators_[0].time, 103s + 640ms);
}

TEST_F(RadioTest, EndsTheLaterOfTwoPagesThatCross) {
    radio_.from_host(2, now_, kListens);
    radio_.from_host(0, now_, kListens);
    emulators_.clear();
    radio_.from_host(0, now_, kPageOfTwo);
    run_until(100s + 100ms);
    Bytes page_of_zero = kPageOfTwo;
    page_of_zero[4] = 0;
    radio_.from_host(2, now_, page_of_zero);
    run_until(110s);
    ASSERT_EQ(emulators_.size(), 1U) << "one connection";
    EXPECT_EQ(emulators_[0].controller, 0);
    const auto failed = got(2, 0x04, 0x03);
    ASSERT_EQ(failed.size(), 1U);
    EXPECT_EQ(failed[0].bytes[3], 0x0b);
    EXPECT_EQ(failed[0].time, 100s + 640ms);
}

TEST_F(RadioTest, DoesNotFindASpeakerThatWasSwitchedOff) {
    radio_.from_host(2, now_, kListens);
    radio_.from_host(2, now_, Bytes{0x01, 0x03, 0x0c, 0});
    emulators_.clear();
    radio_.from_host(0, now_, kPageOfTwo);
    run_until(110s);
    EXPECT_TRUE(emulators_.empty());
    EXPECT_EQ(radio_.paged(0, now_), 5120ms);
}

TEST_F(RadioTest, OffersTheBuffersOfARealController) {
    radio_.from_emulator(0, Bytes{0x04, 0x0e, 11, 1, 0x05, 0x10, 0, 192, 0, 0, 1, 0, 0, 0});
    const auto answer = got(0, 0x04, 0x0e);
    ASSERT_EQ(answer.size(), 1U);
    EXPECT_EQ(answer[0].bytes[7] | answer[0].bytes[8] << 8, 1021);
    EXPECT_EQ(answer[0].bytes[10], 8);
}

TEST_F(RadioTest, LowersTheMtuAHostOffers) {
    radio_.set_mtu(1, 672);
    const Bytes request{0x02, 0x20, 0x00, 20,   0,                 // ACL
                        16,   0,    0x01, 0x00,                    // L2CAP, signalling
                        0x04, 7,    12,   0,    0x40, 0x00, 0, 0,  // Configure Request
                        0x02, 2,    0xff, 0xff,                    // flush timeout
                        0x01, 2,    0xfd, 0x03};                   // MTU 1021
    radio_.from_host(1, now_, request);
    radio_.from_host(2, now_, request);
    run_until(101s);
    const auto received = got(0, 0x02);
    ASSERT_EQ(received.size(), 2U);
    Bytes lowered = request;
    lowered[23] = 672 & 0xff;
    lowered[24] = 672 >> 8;
    const auto payload = [](const Bytes& packet) {
        return Bytes(packet.begin() + 5, packet.end());
    };
    EXPECT_EQ(payload(received[0].bytes), payload(lowered));
    EXPECT_EQ(payload(received[1].bytes), payload(request)) << "the other host's stays";
}

TEST_F(RadioTest, ForgetsWhatWaitsForALinkThatEnds) {
    send(0, 0x10, 1000);
    send(0, 0x10, 1000);
    radio_.from_emulator(0, Bytes{0x04, 0x05, 4, 0, 0x10, 0, 0x13});
    run_until(101s);
    EXPECT_TRUE(got(1, 0x02).empty());
    EXPECT_TRUE(got(0, 0x04, 0x13).empty());
}

}  // namespace
}  // namespace lab::test
