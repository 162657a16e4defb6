// SPDX-License-Identifier: GPL-3.0-or-later
// The commands for what is heard: trim, gain, mute, click, identify.
#include "dbus/tandemctl_bench.hpp"

namespace tandem::testing {
namespace {

TEST_F(TandemctlOnBus, TrimWithASignIsAChangeAndWithoutIsTheTrimItself) {
    serve();
    const struct {
        const char* argument;
        Duration in_force;
        const char* answer;
    } cases[] = {
        {"+3", 7500us, "left: trim 7.5 ms (was 4.5 ms): it plays 3.0 ms later than before.\n"},
        {"-10.25", -2750us, "left: trim -2.75 ms (was 7.5 ms): it plays 10.25 ms earlier"},
        {"12.5", 12500us, "left: trim 12.5 ms (was -2.75 ms): it plays 15.25 ms later"},
        {"=-3", -3ms, "left: trim -3.0 ms (was 12.5 ms): it plays 15.5 ms earlier"},
        {"=+3", 3ms, "left: trim 3.0 ms (was -3.0 ms): it plays 6.0 ms later"},
        {"=3", 3ms, "left: trim 3.0 ms (was 3.0 ms): unchanged.\n"},
        {"0", 0ms, "left: trim 0.0 ms (was 3.0 ms): it plays 3.0 ms earlier"},
    };
    for (const auto& [argument, in_force, answer] : cases) {
        auto program = run({"trim", "left", argument});
        EXPECT_EQ(program.exit_status(), 0) << argument;
        EXPECT_EQ(trim.in_force(), in_force) << argument;
        EXPECT_THAT(program.output(), StartsWith(answer));
        EXPECT_THAT(program.output(),
                    EndsWith("Not saved: run \"tandemctl trim left --save\" to keep it.\n"));
    }
}

TEST_F(TandemctlOnBus, TrimThatIsRefusedIsStatus1WithTheReason) {
    serve();
    auto large = run({"trim", "left", "700"});
    EXPECT_EQ(large.exit_status(), 1);
    EXPECT_EQ(large.output(), "tandemctl: A trim that large is refused.\n");
    auto nobody = run({"trim", "middle", "+1"});
    EXPECT_EQ(nobody.exit_status(), 1);
    EXPECT_EQ(nobody.output(), "tandemctl: There is no sink \"middle\".\n");
    EXPECT_EQ(trim.in_force(), 4500us);
}

TEST_F(TandemctlOnBus, TrimWithSaveIsInTheFileOfTandemd) {
    serve();
    folder.write("tandem.toml", "[[sink]]\nname = \"left\"\naddress = \"virtual\" # a\n");
    auto program = run({"trim", "left", "+3", "--save"});
    EXPECT_EQ(program.exit_status(), 0);
    EXPECT_THAT(program.output(), EndsWith("Saved in " + folder.file("tandem.toml") + ".\n"));
    EXPECT_EQ(folder.read("tandem.toml"),
              "[[sink]]\nname = \"left\"\ntrim_ms = 7.5\naddress = \"virtual\" # a\n");
    EXPECT_TRUE(trim.saved());
}

TEST_F(TandemctlOnBus, TrimInForceCanBeShownAndSavedLater) {
    serve();
    folder.write("tandem.toml", "[[sink]]\nname = \"left\"\naddress = \"virtual\"\ntrim_ms = 1\n");
    ASSERT_TRUE(trim.set(5ms));
    auto shown = run({"trim", "left"});
    EXPECT_EQ(shown.exit_status(), 0);
    EXPECT_EQ(shown.output(), "left: trim 5.0 ms, not saved.\n");
    auto saved = run({"trim", "left", "--save"});
    EXPECT_EQ(saved.exit_status(), 0);
    EXPECT_THAT(folder.read("tandem.toml"), EndsWith("\ntrim_ms = 5.0\n"));
    EXPECT_TRUE(trim.saved());
}

TEST_F(TandemctlOnBus, TrimThatCannotBeSavedIsInForceAllTheSame) {
    serve();
    auto program = run({"trim", "left", "=5", "--save"});
    EXPECT_EQ(program.exit_status(), 4);
    EXPECT_THAT(program.output(),
                HasSubstr("is set but not saved, since " + folder.file("tandem.toml")));
    EXPECT_EQ(trim.in_force(), 5ms);
    EXPECT_FALSE(trim.saved());
    folder.write("tandem.toml", "[[sink]]\nname = \"other\"\naddress = \"virtual\"\n");
    auto wrong = run({"trim", "left", "--save"});
    EXPECT_EQ(wrong.exit_status(), 78);
    EXPECT_THAT(wrong.output(), HasSubstr("there is none named \"left\""));
}

TEST_F(TandemctlOnBus, GainIsChangedShownAndSavedAsATrimIs) {
    serve();
    folder.write("tandem.toml", "[[sink]]\nname = \"left\"\naddress = \"virtual\"\n");
    auto louder = run({"gain", "left", "+1.5"});
    EXPECT_EQ(louder.exit_status(), 0);
    EXPECT_EQ(louder.output(),
              "left: gain -4.5 dB (was -6.0 dB): it plays 1.5 dB louder than before.\n"
              "Not saved: run \"tandemctl gain left --save\" to keep it.\n");
    auto set = run({"gain", "left", "=-9"});
    EXPECT_EQ(set.exit_status(), 0);
    EXPECT_THAT(set.output(), HasSubstr("it plays 4.5 dB softer than before"));
    auto shown = run({"gain", "left"});
    EXPECT_EQ(shown.exit_status(), 0);
    EXPECT_EQ(shown.output(), "left: gain -9.0 dB, not saved.\n");
    auto saved = run({"gain", "left", "--save"});
    EXPECT_EQ(saved.exit_status(), 0);
    EXPECT_THAT(folder.read("tandem.toml"), HasSubstr("\ngain_db = -9.0\n"));
    EXPECT_TRUE(gain.saved());
    auto refused = run({"gain", "left", "40"});
    EXPECT_EQ(refused.exit_status(), 1);
    EXPECT_EQ(refused.output(), "tandemctl: A gain that large is refused.\n");
}

TEST_F(TandemctlOnBus, MuteSaysHowItIsEnded) {
    serve();
    auto on = run({"mute", "left"});
    EXPECT_EQ(on.exit_status(), 0);
    EXPECT_EQ(on.output(), "left is muted; \"tandemctl mute left off\" unmutes it.\n");
    EXPECT_TRUE(gain.muted());
    auto off = run({"mute", "left", "off"});
    EXPECT_EQ(off.exit_status(), 0);
    EXPECT_EQ(off.output(), "left is unmuted.\n");
    EXPECT_FALSE(gain.muted());
}

TEST_F(TandemctlOnBus, ReleaseSaysForHowLongAndHowItIsEnded) {
    serve();
    auto always = run({"release", "left"});
    EXPECT_EQ(always.exit_status(), 0);
    EXPECT_EQ(always.output(),
              "left is released for other devices; \"tandemctl take left\" takes it back.\n");
    auto some = run({"release", "left", "--for", "1h30m"});
    EXPECT_EQ(some.exit_status(), 0);
    EXPECT_EQ(some.output(),
              "left is released for other devices for 1 h 30 min; \"tandemctl take "
              "left\" takes it back.\n");
    auto taken = run({"take", "left"});
    EXPECT_EQ(taken.exit_status(), 0);
    EXPECT_EQ(taken.output(), "left is taken back; it is connected again as soon as it answers.\n");
    EXPECT_EQ(run({"release", "middle"}).exit_status(), 1);
    using Released = std::vector<std::pair<std::string, std::uint32_t>>;
    EXPECT_EQ(commands.released, (Released{{"left", 0}, {"left", 5400}}));
    EXPECT_EQ(commands.taken, std::vector<std::string>{"left"});
}

TEST_F(TandemctlOnBus, ClickSaysOnWhatItPlays) {
    serve();
    auto some = run({"click"});
    EXPECT_EQ(some.exit_status(), 0);
    EXPECT_EQ(some.output(), "5 clicks, one second apart, on left, right.\n");
    auto one = run({"click", "--count", "1"});
    EXPECT_EQ(one.exit_status(), 0);
    EXPECT_EQ(one.output(), "One click on left, right.\n");
    EXPECT_EQ(commands.clicks, (std::vector<std::uint32_t>{5, 1}));
}

TEST_F(TandemctlOnBus, IdentifySaysWhereToListen) {
    serve();
    auto left = run({"identify", "left"});
    EXPECT_EQ(left.exit_status(), 0);
    EXPECT_EQ(left.output(), "Playing three tones on left.\n");
    EXPECT_EQ(commands.identified, std::vector<std::string>{"left"});
    auto nobody = run({"identify", "middle"});
    EXPECT_EQ(nobody.exit_status(), 1);
    EXPECT_EQ(nobody.output(), "tandemctl: There is no sink \"middle\".\n");
}

}  // namespace
}  // namespace tandem::testing
