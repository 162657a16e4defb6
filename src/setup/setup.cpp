// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/setup/setup.hpp"

#include <fmt/format.h>

#include <exception>

#include "setup/setup_steps.hpp"

namespace tandem {
namespace {

// Whatever stands in the way of taking one thing back, the others are still tried.
template <typename Step>
void try_to(Step step) noexcept {
    try {
        step();
    } catch (const std::exception&) {  // what ended the set-up is told, and is what matters
    }
}

}  // namespace

SetupUndo::~SetupUndo() {
    if (!kept_) try_to([this] { take_back(); });
}

void SetupUndo::take_back() {
    work_.ignore_interrupts();
    try_to([this] { work_.stop_listening(); });
    try_to([this] { work_.stop_searching(); });
    if (file_changed_) {
        try_to([this] { work_.write_config(file_); });
        try_to([this] { work_.start_service(); });
    }
    for (const auto& address : paired_)
        try_to([this, &address] { work_.unpair(address); });
}

void set_up(const SetupOptions& options, SetupScreen& screen, SetupWork& work) {
    SetupUndo undo{work};
    SetupRun run{options, screen, work, undo};
    // A file that cannot be changed is better known before anything is asked.
    undo.file_was(work.read_config());
    (void)with_setup(undo.file().value_or(""), {}, work.config_file());

    Equipment wanted;
    wanted.card = choose_card(run);
    wanted.speakers = choose_speakers(run);
    pair_all(run, wanted.speakers);
    put_in_force(run, wanted);
    const bool chosen_by_hand = options.speakers.empty() && !options.yes;
    if (chosen_by_hand && wanted.speakers.size() == 2) name_by_tone(run, wanted);
    if (!options.yes && wanted.speakers.size() == 2) trim_by_ear(run, wanted);
    undo.keep();
    screen.say(fmt::format("Done. {} has it all; \"tandemctl watch\" shows it at work.",
                           work.config_file()));
}

}  // namespace tandem
