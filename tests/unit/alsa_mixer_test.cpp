// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/alsa_mixer.hpp"

#include <gtest/gtest.h>

#include "tandem/audio/alsa_cards.hpp"

namespace tandem {
namespace {

TEST(AlsaMixer, IsThatOfThePcmsCard) {
    EXPECT_EQ(control_of("hw:77,1"), "hw:77");
    EXPECT_EQ(control_of("plughw:CARD=Nowhere,DEV=0"), "hw:Nowhere");
    EXPECT_EQ(control_of("tone"), "");
    EXPECT_EQ(control_of("file:/music.wav"), "");
    EXPECT_EQ(control_of("auto"), "");
}

TEST(AlsaMixer, OfNoCardIsNone) {
    EXPECT_FALSE(read_mixer("hw:77"));
    EXPECT_FALSE(read_mixer("hw:Nowhere"));
}

}  // namespace
}  // namespace tandem
