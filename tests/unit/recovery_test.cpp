// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/recovery.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

using namespace std::chrono_literals;

struct Case {
    const char* name;
    SinkKnowledge sink;
    Duration late;
    bool may_begin_anew;
    Recovery what;
    Duration excess;
    friend void PrintTo(const Case& value, std::ostream* out) { *out << value.name; }
};

constexpr SinkKnowledge kBelieved{.latency = 150ms};
constexpr SinkKnowledge kCertain{.latency = 150ms, .certain = true};
constexpr SinkKnowledge kPlaysOn{.latency = 150ms, .certain = true, .plays_on = true};
constexpr SinkKnowledge kBelievedToPlayOn{.latency = 150ms, .plays_on = true};

const Case kCases[]{
    {"InTime", kBelieved, 0ms, true, Recovery::send_all, 0ms},
    {"WithinWhatIsBelieved", kBelieved, 130ms, true, Recovery::send_all, 0ms},
    {"PerhapsBeyondWhatIsBelieved", kBelieved, 131ms, true, Recovery::begin_anew, 0ms},
    {"PerhapsBeyondItAndBegunAMomentAgo", kBelieved, 131ms, false, Recovery::send_all, 0ms},
    {"BeyondItAndBegunAMomentAgo", kBelieved, 400ms, false, Recovery::leave_out, 250ms},
    {"WithinWhatIsCertain", kCertain, 150ms, true, Recovery::send_all, 0ms},
    {"BeyondWhatIsCertainOfAnUnknownKind", kCertain, 151ms, true, Recovery::begin_anew, 0ms},
    {"BeyondItBegunAMomentAgo", kCertain, 151ms, false, Recovery::leave_out, 1ms},
    {"WithinWhatIsCertainAndItPlaysOn", kPlaysOn, 150ms, true, Recovery::send_all, 0ms},
    {"BeyondWhatIsCertainAndItPlaysOn", kPlaysOn, 400ms, true, Recovery::leave_out, 250ms},
    {"OnlyBelievedToBeSo", kBelievedToPlayOn, 400ms, true, Recovery::begin_anew, 0ms},
    {"WithAReportThatCannotBe", {.latency = 10ms}, 100ms, true, Recovery::send_all, 0ms},
    {"LongAfterAReportThatCannotBe", {.latency = 10ms}, 131ms, true, Recovery::begin_anew, 0ms},
    {"AfterAStandstillOfAMinute", kPlaysOn, 60s, true, Recovery::leave_out, 59'850ms},
};

class Recovering : public testing::TestWithParam<Case> {};

TEST_P(Recovering, IsByWhatIsKnown) {
    const Case& given = GetParam();
    const RecoveryPlan plan = recover(given.sink, given.late, given.may_begin_anew);
    EXPECT_EQ(plan.what, given.what);
    EXPECT_EQ(plan.excess, given.excess);
}

INSTANTIATE_TEST_SUITE_P(OfAStream, Recovering, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace tandem
