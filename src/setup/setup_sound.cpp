// SPDX-License-Identifier: GPL-3.0-or-later
// The second half of setup: sound on the speakers, which is which, and the check by ear.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "setup/setup_steps.hpp"
#include "tandem/config/config_edit.hpp"

namespace tandem {
namespace {

constexpr Duration kBetweenLooks = std::chrono::milliseconds{500};
constexpr int kMostLooks = 120;  // one minute: speakers are paged one after the other
constexpr Duration kStep = std::chrono::milliseconds{1};
constexpr Duration kFineStep = std::chrono::microseconds{250};
constexpr int kClicks = 10;

bool all_play(const BridgeStatus& status) {
    return !status.sinks.empty() && std::ranges::all_of(status.sinks, [](const SinkStatus& sink) {
        return sink.state == "streaming";
    });
}

std::string why_not(const BridgeStatus& status) {
    std::string text;
    for (const auto& sink : status.sinks)
        if (sink.state != "streaming")
            text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", sink.name,
                                sink.detail.empty() ? sink.state : sink.detail);
    return text.empty() ? "no sinks are configured" : text;
}

// Returns whether all play within a minute, and reports each one as it starts.
bool wait_for_speakers(SetupRun& run) {
    std::map<std::string, bool> told;
    for (int look = 0; look < kMostLooks; ++look) {
        const BridgeStatus status = run.work.status();
        for (const auto& sink : status.sinks)
            if (sink.state == "streaming" && !std::exchange(told[sink.name], true))
                run.screen.say(fmt::format("{} is playing ({}).", sink.name, sink.codec));
        if (all_play(status)) return true;
        run.work.pause(kBetweenLooks);
    }
    return false;
}

std::string trim_line(const Equipment& wanted, Duration trim) {
    const auto& right = wanted.speakers[1].name;
    const auto ahead = trim == Duration::zero()
                           ? std::string("unchanged")
                           : fmt::format("{} ms {}", trim_text(std::chrono::abs(trim)),
                                         trim > Duration::zero() ? "later" : "earlier");
    return fmt::format("{}: {}   (Enter when it sounds right)", right, ahead);
}

Duration step_of(Key key) {
    switch (key) {
        case Key::right:
            return kStep;
        case Key::left:
            return -kStep;
        case Key::up:
            return kFineStep;
        case Key::down:
            return -kFineStep;
        default:
            return {};
    }
}

Duration trim_of(const BridgeStatus& status, const std::string& name) {
    const auto sink = std::ranges::find(status.sinks, name, &SinkStatus::name);
    return sink == status.sinks.end() ? Duration{} : from_ms(sink->trim_ms);
}

}  // namespace

void put_in_force(SetupRun& run, const Equipment& wanted) {
    // Choosing and pairing took minutes: what was edited meanwhile is kept.
    if (!run.undo.file_changed()) run.undo.file_was(run.work.read_config());
    run.work.write_config(with_setup(run.undo.file().value_or(""), wanted, run.work.config_file()));
    run.undo.file_changes();
    run.work.start_service();
    while (!wait_for_speakers(run)) {
        const auto reason = why_not(run.work.status());
        if (run.options.yes)
            throw SetupError(fmt::format(
                "Not all speakers play after a minute, so everything was undone: {}", reason));
        run.screen.say("Not all speakers are playing yet: " + reason);
        if (run.screen.ask("Press Enter to keep waiting, or q to quit.", "\nq") == 'q')
            throw SetupInterrupted();
    }
}

void name_by_tone(SetupRun& run, Equipment& wanted) {
    char answer = 'a';
    while (answer == 'a') {
        run.work.identify(wanted.speakers[0].name);
        answer = run.screen.ask(
            "Three tones are playing on one speaker. Is it the left or the right one? (l or r; a "
            "plays "
            "them again)",
            "lra");
    }
    if (answer == 'l') return;
    std::swap(wanted.speakers[0].address, wanted.speakers[1].address);
    put_in_force(run, wanted);
    run.work.identify(wanted.speakers[0].name);
    run.screen.say("Left and right are swapped; the tones are now playing on the left one.");
}

void trim_by_ear(SetupRun& run, const Equipment& wanted) {
    const std::string& name = wanted.speakers[1].name;
    run.screen.say(fmt::format(
        "Clicks are playing on both. If each sounds double, move {} until you hear one:\n"
        "right arrow: later, left arrow: earlier; up and down: a little later or earlier.",
        name));
    const Duration before = trim_of(run.work.status(), name);
    Duration trim = before;
    for (Key key = Key::none; key != Key::enter;) {
        run.work.click(kClicks);
        // Ask for more a little before the last click, so that they continue evenly.
        const Time again = run.work.now() + std::chrono::seconds{kClicks};
        while (key != Key::enter && run.work.now() < again) {
            key = run.screen.show_and_wait(trim_line(wanted, trim), again - run.work.now());
            if (key == Key::quit) throw SetupInterrupted();
            if (const Duration by = step_of(key); by != Duration::zero())
                trim = run.work.adjust_trim(name, by).now;
        }
    }
    if (trim != before) run.work.save_trim(name, trim);
}

}  // namespace tandem
