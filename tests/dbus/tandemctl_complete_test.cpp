// SPDX-License-Identifier: GPL-3.0-or-later
// That the commands are found: in the help, in the man page, by completion.
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "dbus/tandemctl_bench.hpp"
#include "places.hpp"

namespace tandem::testing {
namespace {

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
    EXPECT_EQ(options.output(), "--json\tPrint the result as JSON\n");
    auto nobody = run({"complete", "mute", ""});
    EXPECT_EQ(nobody.exit_status(), 0) << "without a service there is nothing to offer";
    EXPECT_EQ(nobody.output(), "");
    serve();
    auto sinks = run({"complete", "mute", "l"});
    EXPECT_EQ(sinks.exit_status(), 0);
    EXPECT_THAT(sinks.output(), StartsWith("left\t"));
    auto states = run({"complete", "mute", "left", "of"});
    EXPECT_EQ(states.exit_status(), 0);
    EXPECT_EQ(states.output(), "off\tUnmute it\n");
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

TEST_F(TandemctlOnBus, FishCompletesWhatIsTyped) {
    serve();
    const std::string typed = "source " TANDEM_SOURCE_DIR
                              "/config/completion/tandemctl.fish;"
                              "set -x PATH (path dirname " TANDEM_CTL
                              ") $PATH;"
                              "complete -C 'tandemctl gain le'; complete -C 'tandemctl wat'";
    Program fish{
        loop, Output::pipe, bus_daemon.address(), {"/usr/bin/fish", "--no-config", "-c", typed}};
    EXPECT_EQ(fish.exit_status(), 0);
    EXPECT_EQ(fish.output(), "left\nwatch\tShow the status live, until q or Ctrl-C\n");
}

TEST_F(TandemctlOnBus, ZshCompletesWhatIsTyped) {
    serve();
    for (const auto& [typed, completed] :
         {std::pair{" gain le", " gain left \n"}, std::pair{" wat", " watch \n"}}) {
        Program zsh{loop,
                    Output::pipe,
                    bus_daemon.address(),
                    {"/usr/bin/zsh", "-f", TANDEM_SOURCE_DIR "/tests/dbus/complete.zsh",
                     TANDEM_SOURCE_DIR "/config/completion", std::string{TANDEM_CTL} + typed}};
        EXPECT_EQ(zsh.exit_status(), 0);
        EXPECT_EQ(zsh.output(), std::string{TANDEM_CTL} + completed);
    }
}

}  // namespace
}  // namespace tandem::testing
