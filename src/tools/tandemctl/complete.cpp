// SPDX-License-Identifier: GPL-3.0-or-later
#include "complete.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>

#include "exit_code.hpp"
#include "tandem/remote/bridge_client.hpp"
#include "tandem/status/status.hpp"

namespace tandem {
namespace {

// How long a person waits for a list of names.
constexpr Duration kLimit = std::chrono::milliseconds{500};

void offer(std::string_view begun, std::string_view candidate, std::string_view meaning) {
    if (candidate.starts_with(begun)) fmt::print("{}\t{}\n", candidate, meaning);
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

const CLI::App* command_named(const CLI::App& app, const std::string& name) {
    for (const CLI::App* command : commands_of(app))
        if (command->get_name() == name) return command;
    return nullptr;
}

void offer_commands(const CLI::App& app, std::string_view begun) {
    for (const CLI::App* command : commands_of(app))
        offer(begun, command->get_name(), command->get_description());
}

void offer_options(const CLI::App& command, std::string_view begun) {
    for (const CLI::Option* option : command.get_options())
        for (const std::string& name : option->get_lnames())
            offer(begun, "--" + name, option->get_description());
}

void offer_sinks(std::string_view begun) {
    try {
        const BridgeClient client{{}, kLimit};
        for (const auto& sink : status_from_json(client.get_status()).sinks)
            offer(begun, sink.name, sink.state);
    } catch (const std::exception&) {
        return;  // no place for error messages
    }
}

// The name of the argument that stands at `place` among those without a dash.
std::string argument_at(const CLI::App& command, std::size_t place) {
    for (const CLI::Option* option : command.get_options())
        if (option->get_positional() && place-- == 0) return option->get_name(true);
    return {};
}

void offer_arguments(const CLI::App& command, std::size_t place, std::string_view begun) {
    const std::string name = argument_at(command, place);
    if (name == "SINK") return offer_sinks(begun);
    if (name != "on|off") return;
    offer(begun, "on", "Mute it");
    offer(begun, "off", "Unmute it");
}

}  // namespace

int run_complete(const CLI::App& app, const std::vector<std::string>& words) {
    const std::string begun = words.empty() ? std::string() : words.back();
    const CLI::App* command = &app;
    std::size_t arguments = 0;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const CLI::App* next = command == &app ? command_named(app, words[i]) : nullptr;
        if (next != nullptr)
            command = next;
        else if (!words[i].starts_with('-'))
            ++arguments;
    }
    if (begun.starts_with('-'))
        offer_options(*command, begun);
    else if (command == &app)
        offer_commands(app, begun);
    else
        offer_arguments(*command, arguments, begun);
    return exit_ok;
}

}  // namespace tandem
