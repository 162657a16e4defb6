// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "complete.hpp"
#include "exit_code.hpp"
#include "tandem/config/config.hpp"
#include "tandem/remote/bridge_client.hpp"
#include "tandem/remote/commands.hpp"

namespace tandem {
namespace {

ExitCode exit_code_of(BridgeTrouble trouble) {
    switch (trouble) {
        case BridgeTrouble::not_running:
            return exit_not_running;
        case BridgeTrouble::denied:
            return exit_denied;
        case BridgeTrouble::config:
            return exit_config;
        case BridgeTrouble::other:
            break;
    }
    return exit_failed;
}

int run(const std::function<int()>& command) {
    try {
        return command();
    } catch (const BridgeClientError& error) {
        return complain(error.what(), exit_code_of(error.trouble()));
    } catch (const ConfigError& error) {
        return complain(error.what(), exit_config);
    } catch (const std::exception& error) {
        return complain(error.what(), exit_failed);
    }
}

// For CLI11: normalises `text` to an address as BlueZ writes it, or returns what is wrong with it.
std::string check_address(std::string& text) {
    auto address = parse_address(text);
    if (!address) return '"' + text + "\" is not a Bluetooth address, such as AA:BB:CC:DD:EE:FF";
    text = *address;
    return {};
}

struct Arguments {
    bool json = false;
    std::string address;
    std::string adapter;
    std::string file = "/etc/tandem/tandem.toml";
    int scan_seconds = 15;
    std::string card;
    std::vector<std::string> sinks;
    bool yes = false;
    std::string sink;
    std::string amount;  // of a trim or a gain
    std::vector<std::string> volume;
    std::string mute = "on";
    std::string span;
    bool save = false;
    int clicks = 5;
    int log_lines = 40;
    bool follow = false;
    std::function<int()> command;
};

using AddCommand =
    std::function<CLI::App*(const char* name, const char* help, std::function<int()> work)>;

void add_sink(CLI::App* command, Arguments& arguments) {
    command->add_option("SINK", arguments.sink, "The sink's name in the configuration")->required();
}

// For trim and gain: show a number of a sink, set it, change it by some, save it.
void add_amount(CLI::App* command, Arguments& arguments, const char* name, const char* help) {
    add_sink(command, arguments);
    command->add_option(name, arguments.amount, help)
        ->check(CLI::Validator{check_amount, "", "number"});
    command->add_flag(
        "--save", arguments.save,
        fmt::format("Save the current {} in the configuration file", command->get_name()));
}

void describe_trimming(const AddCommand& command, Arguments& arguments) {
    auto* trim = command("trim", "Make a speaker play later or earlier, or show its trim", [&] {
        return run_trim(arguments.sink, arguments.amount, arguments.save);
    });
    add_amount(trim, arguments, "TRIM",
               "Milliseconds, larger plays later: +3 or -3 changes the trim by that much; 12.5 or "
               "=12.5 (=-12.5 below zero) sets it; without it, the trim is shown");
    command("click", "Play clicks on all speakers at once, to compare them by ear",
            [&] { return run_click(arguments.clicks); })
        ->add_option("--count", arguments.clicks, "How many, one second apart")
        ->check(CLI::Range(1, kMostClicks))
        ->capture_default_str();
}

CLI::Option* add_address(CLI::App* command, Arguments& arguments) {
    return command->add_option("ADDRESS", arguments.address, "The speaker's Bluetooth address")
        ->required()
        ->transform(CLI::Validator{check_address, "", "address"});
}

void describe_setup(const AddCommand& command, Arguments& arguments) {
    auto* setup = command(
        "setup", "Choose the sound card, pair the speakers and adjust them, step by step", [&] {
            return run_setup(arguments.card, arguments.sinks, arguments.yes, arguments.adapter);
        });
    setup->add_option("--card", arguments.card, "The ALSA PCM to listen to, such as hw:1,0");
    setup->add_option("--sink", arguments.sinks, "A speaker as NAME=ADDRESS; repeat for each")
        ->check(CLI::Validator{check_sink, "", "sink"})
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    setup->add_option("--adapter", arguments.adapter, "The adapter to use: hci0 or its address");
    setup->add_flag("--yes", arguments.yes, "Ask no questions; works without a terminal");
}

// Finding, pairing and identifying speakers.
void describe_pairing(const AddCommand& command, Arguments& arguments) {
    auto* scan = command("scan", "Search for speakers in pairing mode", [&] {
        return run_scan(arguments.adapter, arguments.scan_seconds, arguments.json);
    });
    scan->add_option("--adapter", arguments.adapter,
                     "The adapter to search with: hci0 or its address");
    scan->add_option("--seconds", arguments.scan_seconds, "How long to search")
        ->check(CLI::Range(1, 120))
        ->capture_default_str();
    scan->add_flag("--json", arguments.json, "Print the result as JSON");
    auto* pair = command("pair", "Pair with a speaker in pairing mode",
                         [&] { return run_pair(arguments.address, arguments.adapter); });
    add_address(pair, arguments);
    pair->add_option("--adapter", arguments.adapter, "The adapter to pair on: hci0 or its address");
    add_address(command("unpair", "Remove the pairing with a speaker",
                        [&] { return run_unpair(arguments.address); }),
                arguments);
    add_sink(command("identify", "Play three short tones on one speaker only",
                     [&] { return run_identify(arguments.sink); }),
             arguments);
}

void describe_loudness(const AddCommand& command, Arguments& arguments) {
    auto* gain = command("gain", "Make a speaker's sound louder or softer, or show its gain", [&] {
        return run_gain(arguments.sink, arguments.amount, arguments.save);
    });
    add_amount(
        gain, arguments, "GAIN",
        "Decibels: +3 or -3 changes the gain by that much; 2 or =2 (=-2 below zero) sets it; "
        "without it, the gain is shown");
    command("volume", "Turn the volume of one or all speakers up or down, or show it",
            [&] { return run_volume(arguments.volume); })
        ->add_option("SINK", arguments.volume,
                     "The sink's name in the configuration (none is all of them), then percent: "
                     "40 or 40% makes it that, +5 or -5 changes it by that much, up or down by 5; "
                     "none shows it")
        ->expected(0, 2);
    auto* mute = command("mute", "Mute or unmute a speaker",
                         [&] { return run_mute(arguments.sink, arguments.mute == "on"); });
    add_sink(mute, arguments);
    mute->add_option("on|off", arguments.mute, "on mutes it, off unmutes it")
        ->check(CLI::IsMember({"on", "off"}))
        ->capture_default_str();
}

void describe_lending(const AddCommand& command, Arguments& arguments) {
    auto* release = command("release", "Let a phone or another device have a speaker",
                            [&] { return run_release(arguments.sink, arguments.span); });
    add_sink(release, arguments);
    release
        ->add_option("--for", arguments.span,
                     "For how long, such as 90s, 30m or 1h; without it, until \"tandemctl take\"")
        ->check(CLI::Validator{check_span, "", "span"});
    add_sink(command("take", "Take back a speaker that was released",
                     [&] { return run_take(arguments.sink); }),
             arguments);
}

void describe(CLI::App& app, Arguments& arguments) {
    app.set_version_flag("--version", "tandemctl " TANDEM_VERSION);
    app.require_subcommand(1);
    const AddCommand command = [&](const char* name, const char* help, std::function<int()> work) {
        auto* added = app.add_subcommand(name, help);
        added->callback([&arguments, work = std::move(work)] { arguments.command = work; });
        return added;
    };
    command("status", "Show what is playing, or why it is not", [&] {
        return run_status(arguments.json);
    })->add_flag("--json", arguments.json, "Print the result as JSON");
    command("watch", "Show the status live, until q or Ctrl-C", run_watch);
    command("doctor", "Check for anything that could stop or spoil the sound", [&] {
        return run_doctor(arguments.file, arguments.json);
    })->add_flag("--json", arguments.json, "Print the result as JSON");
    describe_setup(command, arguments);
    describe_pairing(command, arguments);
    describe_trimming(command, arguments);
    describe_loudness(command, arguments);
    describe_lending(command, arguments);
    auto* log = command("log", "Show what happened, from the journal",
                        [&] { return run_log(arguments.log_lines, arguments.follow); });
    log->add_flag("-f,--follow", arguments.follow, "Keep printing new lines, until Ctrl-C");
    log->add_option("-n,--lines", arguments.log_lines, "How many of the latest lines")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command("reload", "Make tandemd reload its configuration", run_reload);
    command("check", "Check a configuration file for mistakes",
            [&] { return run_check(arguments.file); })
        ->add_option("FILE", arguments.file, "The configuration file")
        ->capture_default_str();
}

int parse_and_run(int argc, char** argv) {
    CLI::App app{"Show and control the audio bridge tandemd", "tandemctl"};
    Arguments arguments;
    describe(app, arguments);
    // Before parsing: a command line that is still being typed is not valid yet.
    if (argc > 1 && std::string_view(argv[1]) == "complete")
        return run_complete(app, {argv + 2, argv + argc});
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_ok : exit_usage;
    }
    return run(arguments.command);
}

}  // namespace
}  // namespace tandem

int main(int argc, char** argv) {
    const int code = tandem::parse_and_run(argc, argv);
    // What could not be written was not shown.
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    return tandem::complain("cannot write all of the output: is the disk full?",
                            tandem::exit_failed);
}
