// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/setup/setup.hpp"

#include <fmt/format.h>

#include <exception>

#include "setup/setup_steps.hpp"

namespace tandem {
namespace {

void take_steps(SetupRun& run) {
    // Fail on a file that cannot be changed before anything is asked.
    run.undo.file_was(run.work.read_config());
    (void)with_setup(run.undo.file().value_or(""), {}, run.work.config_file());

    Equipment wanted;
    wanted.card = choose_card(run);
    wanted.speakers = choose_speakers(run);
    pair_all(run, wanted.speakers);
    put_in_force(run, wanted);
    const bool two = wanted.speakers.size() == 2;
    if (two && run.options.speakers.empty() && !run.options.yes) name_by_tone(run, wanted);
    if (two && !run.options.yes) trim_by_ear(run, wanted);
}

}  // namespace

std::vector<std::string> SetupUndo::take_back() {
    std::vector<std::string> troubles;
    // If one change cannot be undone, still try the others.
    const auto try_to = [&](const auto& step) {
        try {
            step();
        } catch (const std::exception& error) {
            troubles.emplace_back(error.what());
        }
    };
    work_.ignore_interrupts();
    work_.stop_listening();
    work_.stop_searching();
    if (file_changed_) {
        try_to([this] { work_.write_config(file_); });
        try_to([this] { work_.start_service(); });
    }
    for (const auto& address : paired_)
        try_to([this, &address] { work_.unpair(address); });
    return troubles;
}

void set_up(const SetupOptions& options, SetupScreen& screen, SetupWork& work) {
    SetupUndo undo{work};
    SetupRun run{options, screen, work, undo};
    try {
        take_steps(run);
    } catch (const std::exception&) {
        for (const auto& trouble : undo.take_back())
            screen.say("Not everything could be undone: " + trouble);
        throw;
    }
    screen.say(fmt::format("Done. The settings are in {}; \"tandemctl watch\" shows them at work.",
                           work.config_file()));
}

}  // namespace tandem
