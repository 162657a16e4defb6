// SPDX-License-Identifier: GPL-3.0-or-later
// The program itself, as a user runs it: in a pipe or on a terminal, against a bridge on a bus.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "dbus/program.hpp"
#include "fakes/temporary_folder.hpp"
#include "tandem/service/bridge_object.hpp"
#include "tandem/service/gain.hpp"
#include "tandem/service/status.hpp"
#include "tandem/timing/trim.hpp"

namespace tandem::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct TandemctlOnBus : ::testing::Test {
    PrivateBus bus_daemon;
    Loop loop;
    BusConnection bus{loop, {bus_daemon.address(), {10ms, 50ms}}};
    test::TemporaryFolder folder;
    std::optional<std::string> reload_failure;
    Trim trim{4500us};
    Gain gain{-6};
    std::vector<int> clicks;
    std::vector<std::string> identified;
    std::unique_ptr<BridgeObject> object;

    TrimChange change_trim(const std::string& sink, Duration to) {
        if (sink != "left") throw BridgeRefusal("There is no sink \"" + sink + "\".");
        const TrimChange change{trim.in_force(), to};
        if (!trim.set(to)) throw BridgeRefusal("A trim that large is refused.");
        return change;
    }

    GainChange change_gain(const std::string& sink, double to_db) {
        if (sink != "left") throw BridgeRefusal("There is no sink \"" + sink + "\".");
        const GainChange change{gain.set_db(), to_db};
        if (!gain.set(to_db)) throw BridgeRefusal("A gain that large is refused.");
        return change;
    }

    void serve() {
        bool named = false;
        const auto status = [this] {
            BridgeStatus playing;
            playing.version = "1.2.3";
            playing.summary = "idle for a test";
            playing.sinks.emplace_back().name = "left";
            playing.sinks[0].trim_ms = to_ms(trim.in_force());
            playing.sinks[0].trim_saved = trim.saved();
            playing.sinks[0].gain_db = gain.set_db();
            playing.sinks[0].gain_saved = gain.saved();
            playing.sinks[0].muted = gain.muted();
            return playing;
        };
        BridgeFunctions functions;
        functions.status = status;
        functions.reload = [this] { return reload_failure; };
        functions.name_trouble = [&named](const std::string& trouble) { named = trouble.empty(); };
        functions.set_trim = [this](const std::string& sink, Duration to) {
            return change_trim(sink, to);
        };
        functions.adjust_trim = [this](const std::string& sink, Duration by) {
            return change_trim(sink, trim.in_force() + by);
        };
        functions.confirm_trim = [this](const std::string&) { trim.saved_as(trim.in_force()); };
        functions.set_gain = [this](const std::string& sink, double to_db) {
            return change_gain(sink, to_db);
        };
        functions.adjust_gain = [this](const std::string& sink, double by_db) {
            return change_gain(sink, gain.set_db() + by_db);
        };
        functions.confirm_gain = [this](const std::string&) { gain.saved_as(gain.set_db()); };
        functions.set_mute = [this](const std::string&, bool on) { gain.mute(on); };
        functions.click = [this](int count) {
            clicks.push_back(count);
            return std::vector<std::string>{"left", "right"};
        };
        functions.identify = [this](const std::string& sink) {
            if (sink != "left") throw BridgeRefusal("There is no sink \"" + sink + "\".");
            identified.push_back(sink);
        };
        object =
            std::make_unique<BridgeObject>(bus, "1.2.3", folder.file("tandem.toml"), functions);
        ASSERT_TRUE(run_until(loop, [&] { return named; }));
    }
    Program run(std::vector<std::string> arguments, Output kind = Output::pipe) {
        arguments.insert(arguments.begin(), TANDEM_CTL);
        return {loop, kind, bus_daemon.address(), std::move(arguments)};
    }
    bool shows(const Program& program, const std::string& text) {
        return run_until(loop, [&] { return program.output().find(text) != std::string::npos; });
    }
};

TEST_F(TandemctlOnBus, StatusIsForPeopleOrAsJson) {
    serve();
    auto text = run({"status"});
    EXPECT_EQ(text.exit_status(), 0);
    EXPECT_THAT(text.output(), StartsWith("Tandem 1.2.3, up 0 s: idle for a test\n"));
    auto json = run({"status", "--json"});
    EXPECT_EQ(json.exit_status(), 0);
    EXPECT_EQ(status_from_json(json.output()).summary, "idle for a test");
}

TEST_F(TandemctlOnBus, ServiceThatDoesNotRunIsStatus3) {
    for (const auto* command : {"status", "watch", "reload", "click"}) {
        auto program = run({command});
        EXPECT_EQ(program.exit_status(), 3) << command;
        EXPECT_THAT(program.output(), HasSubstr("systemctl start tandem"));
    }
}

TEST_F(TandemctlOnBus, MessageBusThatIsAwayIsStatus1) {
    Program program{loop, Output::pipe, "unix:path=/nonexistent/bus", {TANDEM_CTL, "status"}};
    EXPECT_EQ(program.exit_status(), 1);
    EXPECT_THAT(program.output(), StartsWith("tandemctl: "));
}

TEST_F(TandemctlOnBus, ReloadThatIsRefusedIsStatus78WithTheReason) {
    serve();
    auto taken = run({"reload"});
    EXPECT_EQ(taken.exit_status(), 0);
    reload_failure = "tandem.toml:3: capture.rate: 46000 is not supported";
    auto refused = run({"reload"});
    EXPECT_EQ(refused.exit_status(), 78);
    EXPECT_EQ(refused.output(), "tandemctl: " + *reload_failure + '\n');
}

TEST_F(TandemctlOnBus, WatchInAPipeIsOneLineATime) {
    serve();
    auto program = run({"watch"});
    EXPECT_TRUE(shows(program, "idle for a test; level -120.0 / -120.0 dBFS, +0.0 ppm; left "));
    program.ask_to_end();
    EXPECT_EQ(program.exit_status(), 0);
    EXPECT_THAT(program.output(), Not(HasSubstr("\x1b")));
}

TEST_F(TandemctlOnBus, WatchOnATerminalIsLiveUntilQ) {
    serve();
    auto program = run({"watch"}, Output::terminal);
    EXPECT_TRUE(shows(program, "idle for a test"));
    object.reset();
    EXPECT_TRUE(shows(program, "systemctl start tandem")) << "the view goes on without a service";
    program.press("q");
    EXPECT_EQ(program.exit_status(), 0);
    EXPECT_THAT(program.output(), HasSubstr("\x1b[?25h\x1b[?1049l"))
        << "the terminal is given back";
}

TEST_F(TandemctlOnBus, WrongUsageIsStatus2) {
    for (const auto& arguments :
         std::vector<std::vector<std::string>>{{},
                                               {"play"},
                                               {"status", "--xml"},
                                               {"pair"},
                                               {"pair", "AA:BB"},
                                               {"scan", "--seconds", "0"},
                                               {"unpair", "left"},
                                               {"identify"},
                                               {"trim"},
                                               {"trim", "left", "later"},
                                               {"trim", "left", "+-3"},
                                               {"trim", "left", "=+3x"},
                                               {"trim", "left", "nan"},
                                               {"trim", "left", "1e9"},
                                               {"gain"},
                                               {"gain", "left", "loud"},
                                               {"mute"},
                                               {"mute", "left", "perhaps"},
                                               {"click", "--count", "0"},
                                               {"click", "--count", "61"}}) {
        auto program = run(arguments);
        EXPECT_EQ(program.exit_status(), 2) << ::testing::PrintToString(arguments);
    }
}

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
        {"=3", 3ms, "left: trim 3.0 ms (was 3.0 ms): as it was.\n"},
        {"0", 0ms, "left: trim 0.0 ms (was 3.0 ms): it plays 3.0 ms earlier"},
    };
    for (const auto& [argument, in_force, answer] : cases) {
        auto program = run({"trim", "left", argument});
        EXPECT_EQ(program.exit_status(), 0) << argument;
        EXPECT_EQ(trim.in_force(), in_force) << argument;
        EXPECT_THAT(program.output(), StartsWith(answer));
        EXPECT_THAT(program.output(),
                    EndsWith("Not saved: \"tandemctl trim left --save\" keeps it.\n"));
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
                HasSubstr("is in force but not saved: " + folder.file("tandem.toml")));
    EXPECT_EQ(trim.in_force(), 5ms);
    EXPECT_FALSE(trim.saved());
    folder.write("tandem.toml", "[[sink]]\nname = \"other\"\naddress = \"virtual\"\n");
    auto wrong = run({"trim", "left", "--save"});
    EXPECT_EQ(wrong.exit_status(), 78);
    EXPECT_THAT(wrong.output(), HasSubstr("there is none with the name \"left\""));
}

TEST_F(TandemctlOnBus, GainIsChangedShownAndSavedAsATrimIs) {
    serve();
    folder.write("tandem.toml", "[[sink]]\nname = \"left\"\naddress = \"virtual\"\n");
    auto louder = run({"gain", "left", "+1.5"});
    EXPECT_EQ(louder.exit_status(), 0);
    EXPECT_EQ(louder.output(),
              "left: gain -4.5 dB (was -6.0 dB): it plays 1.5 dB louder than before.\n"
              "Not saved: \"tandemctl gain left --save\" keeps it.\n");
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
    EXPECT_EQ(on.output(), "left is muted: \"tandemctl mute left off\" ends that.\n");
    EXPECT_TRUE(gain.muted());
    auto off = run({"mute", "left", "off"});
    EXPECT_EQ(off.exit_status(), 0);
    EXPECT_EQ(off.output(), "left is no longer muted.\n");
    EXPECT_FALSE(gain.muted());
}

TEST_F(TandemctlOnBus, ClickSaysOnWhatItPlays) {
    serve();
    auto some = run({"click"});
    EXPECT_EQ(some.exit_status(), 0);
    EXPECT_EQ(some.output(), "5 clicks, a second apart, on left, right.\n");
    auto one = run({"click", "--count", "1"});
    EXPECT_EQ(one.exit_status(), 0);
    EXPECT_EQ(one.output(), "A click on left, right.\n");
    EXPECT_EQ(clicks, (std::vector<int>{5, 1}));
}

TEST_F(TandemctlOnBus, IdentifySaysWhereToListen) {
    serve();
    auto left = run({"identify", "left"});
    EXPECT_EQ(left.exit_status(), 0);
    EXPECT_EQ(left.output(), "Three tones on left.\n");
    EXPECT_EQ(identified, std::vector<std::string>{"left"});
    auto nobody = run({"identify", "middle"});
    EXPECT_EQ(nobody.exit_status(), 1);
    EXPECT_EQ(nobody.output(), "tandemctl: There is no sink \"middle\".\n");
}

TEST_F(TandemctlOnBus, ScanListsWhatItFindsAndUnpairForgetsIt) {
    FakeBluez bluez{bus_daemon.address()};
    bluez.add_adapter("hci0", "00:00:00:00:00:10");
    bluez.add_speaker({.address = kLeft, .known = false, .paired = false, .name = "Kitchen"});
    bluez.add_speaker({.address = kRight, .name = "Shelf", .rssi = -82});
    bluez.start();
    auto scan = run({"scan", "--seconds", "1"});
    EXPECT_EQ(scan.exit_status(), 0);
    EXPECT_THAT(scan.output(), HasSubstr("\nAA:00:00:00:00:01  -60 dBm (near)  Kitchen\n"
                                         "AA:00:00:00:00:02  -82 dBm (far)   Shelf, paired\n"));
    auto json = run({"scan", "--seconds", "1", "--json"});
    EXPECT_EQ(json.exit_status(), 0);
    EXPECT_THAT(json.output(), HasSubstr(R"("address": "AA:00:00:00:00:02",)"));
    EXPECT_FALSE(bluez.discovering());
    auto forgotten = run({"unpair", kRight});
    EXPECT_EQ(forgotten.exit_status(), 0);
    EXPECT_FALSE(bluez.paired(kRight));
    auto unknown = run({"unpair", kRight});
    EXPECT_EQ(unknown.exit_status(), 1);
    EXPECT_THAT(unknown.output(), StartsWith("tandemctl: BlueZ does not know"));
}

TEST_F(TandemctlOnBus, ScanThatFindsNothingIsStatus1AndSaysWhatToDo) {
    FakeBluez bluez{bus_daemon.address()};
    bluez.add_adapter("hci0", "00:00:00:00:00:10");
    bluez.start();
    auto scan = run({"scan", "--seconds", "1"});
    EXPECT_EQ(scan.exit_status(), 1);
    EXPECT_THAT(scan.output(), HasSubstr("hold its Bluetooth button"));
}

// "status", "watch" ...: what the help lists.
std::vector<std::string> commands_in(const std::string& help) {
    std::vector<std::string> names;
    std::istringstream lines(help.substr(help.find("Subcommands:") + 12));
    for (std::string line; std::getline(lines, line);)
        if (std::smatch found; std::regex_search(line, found, std::regex{"^ +([a-z]+) "}))
            names.push_back(found[1]);
    return names;
}

TEST_F(TandemctlOnBus, EveryCommandIsInTheManPageAndIsCompleted) {
    auto help = run({"--help"});
    EXPECT_EQ(help.exit_status(), 0);
    auto completed = run({"complete", ""});
    EXPECT_EQ(completed.exit_status(), 0);
    std::ifstream file{TANDEM_SOURCE_DIR "/docs/man/tandemctl.1"};
    const std::string page{std::istreambuf_iterator<char>{file}, {}};
    const auto commands = commands_in(help.output());
    EXPECT_GE(commands.size(), 10U);
    for (const auto& command : commands) {
        EXPECT_THAT(completed.output(), HasSubstr(command + '\t'));
        EXPECT_TRUE(
            std::regex_search(page, std::regex{"\n\\.TP\n\\.BI?R? \"?" + command + "[ \"\n]"}))
            << command << " is not described in tandemctl(1)";
    }
}

TEST_F(TandemctlOnBus, CompletesOptionsAndTheNamesOfSinks) {
    auto options = run({"complete", "status", "--j"});
    EXPECT_EQ(options.exit_status(), 0);
    EXPECT_EQ(options.output(), "--json\tPrint it as JSON\n");
    auto nobody = run({"complete", "mute", ""});
    EXPECT_EQ(nobody.exit_status(), 0) << "without a service there is nothing to offer";
    EXPECT_EQ(nobody.output(), "");
    serve();
    auto sinks = run({"complete", "mute", "l"});
    EXPECT_EQ(sinks.exit_status(), 0);
    EXPECT_THAT(sinks.output(), StartsWith("left\t"));
    auto states = run({"complete", "mute", "left", "of"});
    EXPECT_EQ(states.exit_status(), 0);
    EXPECT_EQ(states.output(), "off\tEnd that\n");
}

TEST_F(TandemctlOnBus, BashCompletesWhatIsTyped) {
    serve();
    const std::string typed =
        "source " TANDEM_SOURCE_DIR
        "/config/completion/tandemctl.bash;"
        "COMP_WORDS=(" TANDEM_CTL
        " gain le); COMP_CWORD=2; _tandemctl; echo \"<${COMPREPLY[*]}>\";"
        "COMP_WORDS=(" TANDEM_CTL " wat); COMP_CWORD=1; _tandemctl; echo \"<${COMPREPLY[*]}>\"";
    Program bash{loop, Output::pipe, bus_daemon.address(), {"/bin/bash", "-c", typed}};
    EXPECT_EQ(bash.exit_status(), 0);
    EXPECT_EQ(bash.output(), "<left>\n<watch>\n");
}

TEST_F(TandemctlOnBus, CheckNeedsNoServiceAndNamesTheMistake) {
    auto right = run({"check", TANDEM_SOURCE_DIR "/config/demo.toml"});
    EXPECT_EQ(right.exit_status(), 0);
    EXPECT_THAT(right.output(), EndsWith("right, 2 sinks: left, right\n"));
    auto wrong = run({"check", TANDEM_SOURCE_DIR "/README.md"});
    EXPECT_EQ(wrong.exit_status(), 78);
    EXPECT_THAT(wrong.output(), HasSubstr("README.md:3: syntax: "));
}

}  // namespace
}  // namespace tandem::testing
