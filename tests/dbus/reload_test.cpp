// SPDX-License-Identifier: GPL-3.0-or-later
// A reload touches what changed and nothing else: the other speaker's packets are compared octet by
// octet with those of a stream that nobody disturbed.
#include "dbus/packet_tape.hpp"
#include "dbus/tandemd_bench.hpp"
#include "tandem/a2dp/capabilities.hpp"

namespace tandem::testing {
namespace {

struct Reload : TandemdOnBus {
    std::vector<StereoFrame> noise = write_noise(folder.file("noise.wav"), 40);
    SbcConfig sbc = std::get<SbcConfig>(choose_configuration(SbcOctets{0xFF, 0xFF, 2, 53}, {48000},
                                                             Profile::balanced, std::nullopt));
    std::optional<PacketTape> right;

    // The right one is the slowest, so that its delay is 0 whatever becomes of the other.
    [[nodiscard]] std::string config(const std::string& others) const {
        return "[capture]\ndevice = \"file:" + folder.file("noise.wav") +
               "\"\n[[sink]]\nname = \"right\"\naddress = \"" + kRight + "\"\nlatency_ms = 210\n" +
               others;
    }
    static std::string left(const std::string& keys = "", const std::string& name = "left") {
        return "[[sink]]\nname = \"" + name + "\"\naddress = \"" + kLeft +
               "\"\nlatency_ms = 120\n" + keys;
    }
    void start_both() {
        bluez.add_speaker({.address = kLeft});
        bluez.add_speaker({.address = kRight});
        bluez.start();
        start(config(left()));
        ASSERT_TRUE(logs("right: streaming"));
        right.emplace(loop, bluez, kRight);
        ASSERT_TRUE(logs("left: streaming"));
        ASSERT_TRUE(plays_on());
    }
    void reload(const std::string& others, int status = 0) {
        folder.write("tandem.toml", config(others));
        (void)ctl({"reload"}, status);
    }
    // Half a second more, on top of what was sent while nobody read.
    [[nodiscard]] bool plays_on() {
        right->take();
        return until([&, enough = right->size() + 24] { return right->size() >= enough; });
    }
    void expect_right_undisturbed() {
        ASSERT_TRUE(plays_on());
        EXPECT_EQ(times_logged("right: streaming"), 1U);
        EXPECT_EQ(bluez.pages(kRight), 1);
        right->expect_no_gap();
        right->expect_plain_encoding_of(noise, sbc);
    }
};

TEST_F(Reload, OfAWrongFileChangesNothing) {
    start_both();
    reload(left("trim_ms = 5\ngain_db = 100\n"), 78);
    reload("[capture", 78);
    EXPECT_EQ(sink(1).trim_ms + sink(0).trim_ms, 0);
    EXPECT_EQ(times_logged("left: streaming"), 1U);
    expect_right_undisturbed();
}

TEST_F(Reload, ThatCannotBeCarriedOutChangesNothingAndSaysWhy) {
    start_both();
    folder.write("tandem.toml",
                 config("[[sink]]\nname = \"model\"\naddress = \"virtual\"\n[sink.virtual]\n"
                        "wav = \"/nonexistent/model.wav\"\n"));
    EXPECT_THAT(ctl({"reload"}, 78), HasSubstr("sink \"model\": wav: cannot write"));
    EXPECT_EQ(times_logged("configuration not changed: sink \"model\""), 1U);
    EXPECT_EQ(times_logged("left: streaming"), 1U);
    expect_right_undisturbed();
}

TEST_F(Reload, WithAnotherTrimGainAndRoleKeepsBothStreams) {
    start_both();
    reload(left("trim_ms = 5\n"));
    EXPECT_EQ(sink(1).name, "left");
    EXPECT_EQ(sink(1).trim_ms, 5);
    PacketTape other(loop, bluez, kLeft);
    ASSERT_TRUE(until([&] { return other.size() >= 24; }));
    EXPECT_FALSE(other.ends_in_mono(sbc));
    reload(left("trim_ms = 5\ngain_db = -6\nrole = \"mono\"\n"));
    ASSERT_TRUE(plays_on());
    EXPECT_TRUE(other.ends_in_mono(sbc));
    EXPECT_EQ(times_logged("left: streaming"), 1U);
    expect_right_undisturbed();
}

TEST_F(Reload, ThatRenamesASinkTouchesNoOther) {
    start_both();
    reload(left("", "kitchen"));
    ASSERT_TRUE(logs("kitchen: streaming"));
    EXPECT_EQ(bluez.pages(kLeft), 1) << "its connection is kept";
    expect_right_undisturbed();
}

TEST_F(Reload, ThatRemovesASinkAndAddsItAgainTouchesNoOther) {
    start_both();
    reload("");
    ASSERT_TRUE(until([&] { return bluez.transports() == 1; }));
    ASSERT_TRUE(plays_on());
    reload(left());
    ASSERT_TRUE(until([&] { return times_logged("left: streaming") == 2; }));
    expect_right_undisturbed();
}

}  // namespace
}  // namespace tandem::testing
