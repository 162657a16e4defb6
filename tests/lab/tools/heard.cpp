// SPDX-License-Identifier: GPL-3.0-or-later
// heard ROOM.wav NAME... [--event NAME=FROM:TO]... [--json FILE] [--svg FILE] [--title TEXT]
//       [--require 'FIGURE<=VALUE']...
//
// Tells from room_recorder's recording alone how far the speakers, named in the order of their
// channels, are apart: of the second against the first as heard.FIGURE, of each further one as
// heard_NAME.FIGURE. An event is a stretch of seconds of CLOCK_REALTIME; what it changed is
// EVENT.heard.FIGURE, and what a speaker missed EVENT.NAME.FIGURE. `docs/lab.md` says what each
// means. Exit status as of measure.
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bounds.hpp"
#include "heard_skew.hpp"

namespace {

struct Options {
    std::string room;
    std::vector<std::string> names;
    std::vector<lab::RoomEvent> events;  // in seconds of CLOCK_REALTIME
    std::string json;
    std::string svg;
    std::string title{"Skew as heard, ms"};
    std::vector<lab::Bound> bounds;
};

lab::RoomEvent parse_event(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::size_t colon = text.find(':', equals == std::string::npos ? 0 : equals);
    if (equals == std::string::npos || colon == std::string::npos)
        throw std::runtime_error("--event wants NAME=FROM:TO, not \"" + text + "\"");
    return {text.substr(0, equals), std::stod(text.substr(equals + 1, colon - equals - 1)),
            std::stod(text.substr(colon + 1))};
}

void parse_option(const std::string& option, const std::string& value, Options& options) {
    if (option == "--event") {
        options.events.push_back(parse_event(value));
    } else if (option == "--json") {
        options.json = value;
    } else if (option == "--svg") {
        options.svg = value;
    } else if (option == "--title") {
        options.title = value;
    } else if (option == "--require") {
        options.bounds.push_back(lab::parse_bound(value));
    } else {
        throw std::runtime_error("there is no option " + option);
    }
}

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word.starts_with("--")) {
            if (++i == argc) throw std::runtime_error(word + " wants a value");
            parse_option(word, argv[i], options);
        } else if (options.room.empty()) {
            options.room = word;
        } else {
            options.names.push_back(word);
        }
    }
    if (options.names.size() < 2)
        throw std::runtime_error(
            "usage: heard ROOM.wav NAME NAME... [--event NAME=FROM:TO]... "
            "[--json FILE] [--svg FILE] [--title TEXT] [--require 'FIGURE<=VALUE']...");
    return options;
}

// The events in seconds of the recording, whose start stands beside it.
void to_recording(Options& options) {
    std::ifstream file{options.room + ".start"};
    long long start_ns = 0;
    if (!(file >> start_ns)) throw std::runtime_error("cannot read " + options.room + ".start");
    for (lab::RoomEvent& event : options.events) {
        event.from_s -= static_cast<double>(start_ns) / 1e9;
        event.to_s -= static_cast<double>(start_ns) / 1e9;
    }
}

void report(const std::string& prefix, const lab::Figures& figures, lab::Figures& all) {
    for (const auto& [figure, value] : figures) {
        std::printf("  %-34s %12.6g\n", (prefix + figure).c_str(), value);
        all.emplace_back(prefix + figure, value);
    }
}

lab::Figures measure(const Options& options) {
    const lab::Sound room = lab::read_room(options.room);
    if (room.channels < static_cast<int>(options.names.size()))
        throw std::runtime_error(options.room + " has fewer channels than speakers were named");
    lab::Figures all;
    for (std::size_t i = 1; i < options.names.size(); ++i) {
        const std::string& name = options.names[i];
        const std::string which = i == 1 ? "heard." : "heard_" + name + ".";
        const auto windows = lab::heard_windows(room, 0, static_cast<int>(i));
        std::printf("heard: %s later than %s\n", name.c_str(), options.names[0].c_str());
        report(which, lab::heard_figures(windows), all);
        for (const auto& event : options.events)
            report(event.name + "." + which, lab::heard_change(windows, event), all);
        if (i == 1 && !options.svg.empty())
            std::ofstream{options.svg} << lab::draw_skew(windows, options.events, options.title);
    }
    for (const auto& event : options.events)
        for (std::size_t i = 0; i < options.names.size(); ++i)
            report(event.name + "." + options.names[i] + ".",
                   lab::heard_gaps(room, static_cast<int>(i), event), all);
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        Options options = parse(argc, argv);
        to_recording(options);
        const lab::Figures figures = measure(options);
        if (!options.json.empty()) lab::write_json(options.json, figures);
        return lab::all_hold(options.bounds, figures) ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "heard: error: %s\n", error.what());
        return 2;
    }
}
