// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/trim.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

using namespace std::chrono_literals;

TEST(Trim, SetByEarIsInForceAndNotSaved) {
    Trim trim(4ms);
    EXPECT_TRUE(trim.saved());
    EXPECT_TRUE(trim.set(7500us));
    EXPECT_EQ(trim.in_force(), 7500us);
    EXPECT_FALSE(trim.saved());
    EXPECT_TRUE(trim.set(4ms));
    EXPECT_TRUE(trim.saved());
}

TEST(Trim, SurvivesAReloadThatDoesNotChangeItsKey) {
    Trim trim(4ms);
    ASSERT_TRUE(trim.set(7ms));
    trim.configure(4ms);
    EXPECT_EQ(trim.in_force(), 7ms);
    EXPECT_FALSE(trim.saved());
}

TEST(Trim, YieldsToAReloadThatChangesItsKey) {
    Trim trim(4ms);
    ASSERT_TRUE(trim.set(7ms));
    trim.configure(5ms);
    EXPECT_EQ(trim.in_force(), 5ms);
    EXPECT_TRUE(trim.saved());
}

TEST(Trim, SavedAsWhatIsNotInForceAnyMoreIsNotSaved) {
    Trim trim(0ms);
    ASSERT_TRUE(trim.set(7ms));
    trim.saved_as(7ms);
    EXPECT_TRUE(trim.saved());
    ASSERT_TRUE(trim.set(8ms));
    trim.saved_as(7ms);
    EXPECT_EQ(trim.in_force(), 8ms);
    EXPECT_FALSE(trim.saved());
}

TEST(Trim, BeyondHalfASecondIsRefusedAndChangesNothing) {
    Trim trim(3ms);
    EXPECT_TRUE(trim.set(-500ms));
    EXPECT_TRUE(trim.set(500ms));
    EXPECT_FALSE(trim.set(500ms + 1ns));
    EXPECT_FALSE(trim.set(-500ms - 1ns));
    EXPECT_EQ(trim.in_force(), 500ms);
}

}  // namespace
}  // namespace tandem
