// SPDX-License-Identifier: GPL-3.0-or-later
// measure RECORDING AUX-LOG NOISE.wav [--name NAME=ADDRESS]... [--json FILE] [--part
// NAME=FROM:TO]...
// [--timeline NAME=FILE] [--require 'FIGURE<=VALUE']...
//
// Tells what the speakers in a recording (of relay or `btmon -w`) received of the noise that
// aux_player played. Prints the figures for people, writes them as JSON, and checks bounds on them.
// Figures are called SPEAKER.FIGURE and skew.FIGURE; skew is of the second named speaker against
// the first. A part is a stretch of seconds of CLOCK_REALTIME: its skew is NAME.skew.FIGURE.
// --timeline takes what the bridge said of its timeline, and a speaker whose content is not
// delayed. `docs/lab.md` says what each means. Exit status: 0 all bounds held, 1 one did not, 2
// could not measure.
#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "analysis.hpp"
#include "options.hpp"
#include "skew.hpp"
#include "timeline_error.hpp"

namespace {

using lab::Options;

// Without names, the adapters are called by their index.
std::string name_of(const Options& options, int adapter, const lab::SpeakerTrace& trace) {
    const auto entry = std::ranges::find(options.names, trace.address,
                                         &std::pair<std::string, std::string>::second);
    return entry == options.names.end() ? "hci" + std::to_string(adapter) : entry->first;
}

using Speakers = std::vector<std::pair<std::string, lab::SpeakerResult>>;

// Prints the figures under a heading and adds them to all, with a prefix.
void report(const std::string& heading, const std::string& prefix, const lab::Figures& figures,
            lab::Figures& all) {
    std::printf("%s\n", heading.c_str());
    for (const auto& [figure, value] : figures) {
        std::printf("  %-22s %12.6g\n", figure.c_str(), value);
        all.emplace_back(prefix + figure, value);
    }
}

// In the order in which they were named.
Speakers analyse_all(const Options& options, const lab::Sound& played, const lab::AuxClock& aux,
                     lab::Figures& all) {
    Speakers speakers;
    const auto traces = lab::extract_media(lab::read_btsnoop(options.recording));
    for (const auto& [adapter, trace] : traces) {
        const std::string name = name_of(options, adapter, trace);
        speakers.emplace_back(name, lab::analyse(trace, played, aux));
        const lab::SpeakerResult& result = speakers.back().second;
        report(name + " (" + trace.address + "): " + result.codec, name + ".", result.figures, all);
    }
    const auto rank = [&](const auto& speaker) {
        return std::ranges::find(options.names, speaker.first,
                                 &std::pair<std::string, std::string>::first) -
               options.names.begin();
    };
    std::ranges::stable_sort(speakers, {}, rank);
    return speakers;
}

// Of each further speaker against the first.
void report_skew(const Speakers& speakers, int rate, const std::string& part, const lab::Span& span,
                 lab::Figures& all) {
    const std::string in_part = part.empty() ? "" : part + ".";
    for (std::size_t i = 1; i < speakers.size(); ++i) {
        const std::string& name = speakers[i].first;
        const std::string prefix = in_part + (i == 1 ? "skew." : "skew_" + name + ".");
        report((part.empty() ? "skew (" : part + ": skew (") + name + " later than " +
                   speakers[0].first + ")",
               prefix, lab::skew(speakers[0].second, speakers[i].second, rate, span), all);
    }
}

void report_timeline(const Options& options, const Speakers& speakers, const lab::AuxClock& aux,
                     lab::Figures& all) {
    if (options.readings.empty()) return;
    const auto speaker =
        std::ranges::find(speakers, options.undelayed, &Speakers::value_type::first);
    if (speaker == speakers.end())
        throw std::runtime_error("no speaker " + options.undelayed + " was heard");
    report("timeline, against the aux player's clock", "timeline.",
           lab::timeline_error(lab::read_timeline_readings(options.readings), speaker->second, aux),
           all);
}

lab::Figures measure(const Options& options) {
    const lab::Sound played = lab::read_wav(options.noise);
    const lab::AuxClock aux = lab::AuxClock::read(options.aux_log);
    lab::Figures all;
    const Speakers speakers = analyse_all(options, played, aux, all);
    all.emplace_back("speakers", static_cast<double>(speakers.size()));
    report_skew(speakers, played.rate, "", {}, all);
    for (const auto& [name, span] : options.parts)
        report_skew(speakers, played.rate, name, span, all);
    report_timeline(options, speakers, aux, all);
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const Options options = lab::parse_options(argc, argv);
        const lab::Figures figures = measure(options);
        if (!options.json.empty()) lab::write_json(options.json, figures);
        return lab::all_hold(options.bounds, figures) ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "measure: error: %s\n", error.what());
        return 2;
    }
}
