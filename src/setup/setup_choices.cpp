// SPDX-License-Identifier: GPL-3.0-or-later
// The first half of setup: which card, which speakers, and pairing with them.
#include <fmt/format.h>

#include <algorithm>

#include "setup/setup_steps.hpp"
#include "tandem/setup/words.hpp"

namespace tandem {
namespace {

constexpr int kPairingTries = 3;
constexpr Duration kBetweenTries = std::chrono::seconds{3};
constexpr Duration kSearch = std::chrono::seconds{20};  // with nobody there to choose earlier
constexpr Duration kLook = std::chrono::milliseconds{250};

SetupScreen::Row row_of(const HeardCard& card) {
    const auto name = fmt::format("{} ({})", card.device.pcm(), card.device.card_name);
    if (!card.trouble.empty()) return {false, name + ": " + card.trouble};
    return {true, level_bar(card.levels) + "  " + name};
}

SetupScreen::Row row_of(const FoundSpeaker& speaker, const std::vector<NamedSpeaker>& taken) {
    const bool is_taken =
        std::ranges::find(taken, speaker.address, &NamedSpeaker::address) != taken.end();
    return {!is_taken, tandem::row_of(speaker) + (is_taken ? " (chosen)" : "")};
}

// The list may change its order while it is shown: what counts is what was on the screen.
FoundSpeaker choose_one(SetupRun& run, const std::string& question,
                        const std::vector<NamedSpeaker>& taken) {
    std::vector<FoundSpeaker> shown;
    const auto chosen = run.screen.choose(question, [&] {
        shown = run.work.search();
        std::vector<SetupScreen::Row> rows;
        rows.reserve(shown.size());
        for (const auto& speaker : shown)
            rows.push_back(row_of(speaker, taken));
        return rows;
    });
    return shown.at(chosen);
}

std::vector<NamedSpeaker> ask_for_speakers(SetupRun& run) {
    run.screen.say(
        "Now the speakers: put both in pairing mode (hold the Bluetooth button until they blink or "
        "say \"pairing\").");
    std::vector<NamedSpeaker> speakers;
    for (const auto& [name, which] :
         {std::pair{"left", "the first speaker"}, std::pair{"right", "the other speaker"}}) {
        const auto speaker = choose_one(run, fmt::format("Which is {}?", which), speakers);
        speakers.push_back({name, speaker.address});
    }
    run.work.stop_searching();
    return speakers;
}

// With nobody to ask, only exactly two speakers are unambiguous.
std::vector<NamedSpeaker> find_speakers(SetupRun& run) {
    std::vector<FoundSpeaker> found;
    for (Duration left = kSearch; left > Duration::zero(); left -= kLook) {
        found = run.work.search();
        run.work.pause(kLook);
    }
    run.work.stop_searching();
    if (found.size() == 2) return {{"left", found[0].address}, {"right", found[1].address}};
    std::string list;
    for (const auto& speaker : found)
        list += "\n  " + row_of(speaker);
    throw SetupError(
        found.empty()
            ? kNothingFound
            : fmt::format("{} in pairing mode instead of two: name the ones to use with --sink "
                          "left=ADDRESS --sink right=ADDRESS.{}",
                          found.size() == 1 ? "There is one speaker"
                                            : fmt::format("There are {} speakers", found.size()),
                          list));
}

// Returns whether the speaker is paired now; if not, has said why.
bool try_to_pair(SetupRun& run, const NamedSpeaker& speaker) {
    run.screen.say(fmt::format("Pairing with {} ...", speaker.address));
    const auto outcome = run.work.pair(speaker.address);
    if (!outcome.failure.empty()) {
        run.screen.say(outcome.failure);
        return false;
    }
    if (!outcome.was_paired && !outcome.renewed) run.undo.paired(speaker.address);
    run.screen.say(outcome.was_paired ? "It was paired already."
                   : outcome.renewed  ? "Paired again: the old pairing was removed."
                                      : "Paired.");
    return true;
}

void pair_one(SetupRun& run, const NamedSpeaker& speaker) {
    for (int tries = 1; !try_to_pair(run, speaker); ++tries) {
        if (run.options.yes && tries == kPairingTries)
            throw SetupError(fmt::format(
                "{} could not be paired in {} attempts: switch it off and on, hold its Bluetooth "
                "button until it blinks or says \"pairing\", and run this again.",
                speaker.address, kPairingTries));
        if (run.options.yes)
            run.work.pause(kBetweenTries);
        else if (run.screen.ask("Hold its Bluetooth button until it blinks or says \"pairing\", "
                                "then press Enter to try again (q quits).",
                                "\nq") == 'q')
            throw SetupInterrupted();
    }
}

}  // namespace

CaptureSettings choose_card(SetupRun& run) {
    if (!run.options.card.empty()) return run.work.settings_for(run.options.card);
    std::vector<HeardCard> cards = run.work.listen();
    if (run.options.yes) {
        std::vector<RecordingDevice> devices;
        devices.reserve(cards.size());
        for (const auto& card : cards)
            devices.push_back(card.device);
        run.work.stop_listening();
        return run.work.settings_for(choose_auto_device(devices).pcm());
    }
    const auto chosen = run.screen.choose(
        "Say \"Alexa, play music\". Which sound card hears it? (If it is not listed, plug it in.)",
        [&] {
            cards = run.work.listen();
            std::vector<SetupScreen::Row> rows;
            rows.reserve(cards.size());
            for (const auto& card : cards)
                rows.push_back(row_of(card));
            return rows;
        });
    run.work.stop_listening();
    return cards.at(chosen).settings;
}

std::vector<NamedSpeaker> choose_speakers(SetupRun& run) {
    if (!run.options.speakers.empty()) return run.options.speakers;
    return run.options.yes ? find_speakers(run) : ask_for_speakers(run);
}

void pair_all(SetupRun& run, const std::vector<NamedSpeaker>& speakers) {
    for (const auto& speaker : speakers)
        pair_one(run, speaker);
}

}  // namespace tandem
