// SPDX-License-Identifier: GPL-3.0-or-later
// measure RECORDING AUX-LOG NOISE.wav [--name NAME=ADDRESS]... [--json FILE] [--require
// 'FIGURE<=VALUE']...
//
// Tells what the speakers in a recording (of relay or `btmon -w`) received of the noise that
// aux_player played. Prints the figures for people, writes them as JSON, and checks bounds on them.
// Figures are called SPEAKER.FIGURE and skew.FIGURE; skew is of the second named speaker against
// the first. `docs/lab.md` says what each means. Exit status: 0 all bounds held, 1 one did not, 2
// could not measure.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "analysis.hpp"

namespace {

constexpr const char* kStall = "machine.standstill_ms";
constexpr double kLongStall =
    60;  // more than the bridge's latency: nothing could have kept a packet on time

struct Bound {
    std::string text;
    std::string name;
    std::string relation;
    double value{};

    [[nodiscard]] bool holds(double measured) const {
        if (relation == "<=") return measured <= value;
        if (relation == ">=") return measured >= value;
        return measured == value;
    }
};

struct Options {
    std::string recording;
    std::string aux_log;
    std::string noise;
    std::string json;
    std::vector<std::pair<std::string, std::string>> names;  // name, address
    std::vector<Bound> bounds;
};

Bound parse_bound(const std::string& text) {
    for (const char* relation : {"<=", ">=", "=="}) {
        const std::size_t at = text.find(relation);
        if (at == std::string::npos || at == 0) continue;
        Bound bound{text, text.substr(0, at), relation, 0};
        const char* begin = text.data() + at + 2;
        const char* end = text.data() + text.size();
        const auto [stopped, error] = std::from_chars(begin, end, bound.value);
        if (error == std::errc{} && stopped == end) return bound;
    }
    throw std::runtime_error(
        "--require wants FIGURE<=VALUE, FIGURE>=VALUE or FIGURE==VALUE, not \"" + text + "\"");
}

Options parse(int argc, char** argv) {
    Options options;
    std::vector<std::string> words;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (!word.starts_with("--")) {
            words.push_back(word);
            continue;
        }
        if (++i == argc) throw std::runtime_error(word + " wants a value");
        const std::string value = argv[i];
        if (word == "--name") {
            const std::size_t equals = value.find('=');
            if (equals == std::string::npos)
                throw std::runtime_error("--name wants NAME=ADDRESS, not \"" + value + "\"");
            options.names.emplace_back(value.substr(0, equals), value.substr(equals + 1));
        } else if (word == "--json") {
            options.json = value;
        } else if (word == "--require") {
            options.bounds.push_back(parse_bound(value));
        } else {
            throw std::runtime_error("there is no option " + word);
        }
    }
    if (words.size() != 3) {
        throw std::runtime_error(
            "usage: measure RECORDING AUX-LOG NOISE.wav [--name NAME=ADDRESS]... [--json FILE] "
            "[--require 'FIGURE<=VALUE']...");
    }
    options.recording = words[0];
    options.aux_log = words[1];
    options.noise = words[2];
    return options;
}

// Without names, the adapters are called by their index.
std::string name_of(const Options& options, int adapter, const lab::SpeakerTrace& trace) {
    const auto entry = std::ranges::find(options.names, trace.address,
                                         &std::pair<std::string, std::string>::second);
    return entry == options.names.end() ? "hci" + std::to_string(adapter) : entry->first;
}

lab::Figures measure(const Options& options) {
    const lab::Sound played = lab::read_wav(options.noise);
    const lab::AuxClock aux = lab::AuxClock::read(options.aux_log);
    lab::Figures all;
    const auto stall = std::chrono::duration<double, std::milli>{aux.longest_silence()};
    all.emplace_back(kStall, stall.count());
    std::printf("longest standstill of the machine: %.1f ms\n", stall.count());
    std::vector<std::pair<std::string, lab::SpeakerResult>> speakers;
    for (const auto& [adapter, trace] : lab::extract_media(lab::read_btsnoop(options.recording))) {
        const std::string name = name_of(options, adapter, trace);
        speakers.emplace_back(name, lab::analyse(trace, played, aux));
        const lab::SpeakerResult& result = speakers.back().second;
        std::printf("%s (%s): %s\n", name.c_str(), trace.address.c_str(), result.codec.c_str());
        for (const auto& [figure, value] : result.figures) {
            std::printf("  %-22s %12.6g\n", figure.c_str(), value);
            all.emplace_back(name + "." + figure, value);
        }
    }
    all.emplace_back("speakers", static_cast<double>(speakers.size()));
    const auto rank = [&](const auto& speaker) {
        return std::ranges::find(options.names, speaker.first,
                                 &std::pair<std::string, std::string>::first) -
               options.names.begin();
    };
    std::ranges::stable_sort(speakers, {}, rank);
    if (speakers.size() >= 2) {
        std::printf("skew (%s later than %s)\n", speakers[1].first.c_str(),
                    speakers[0].first.c_str());
        for (const auto& [figure, value] :
             lab::skew(speakers[0].second, speakers[1].second, played.rate)) {
            std::printf("  %-22s %12.6g\n", figure.c_str(), value);
            all.emplace_back("skew." + figure, value);
        }
    }
    return all;
}

void write_json(const std::string& path, const lab::Figures& figures) {
    std::ofstream file{path};
    file << "{";
    const char* separator = "\n";
    for (const auto& [name, value] : figures) {
        std::array<char, 64> number{};
        std::snprintf(number.data(), number.size(), "%.9g", value);
        file << separator << "  \"" << name << "\": " << number.data();
        separator = ",\n";
    }
    file << "\n}\n";
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

bool check(const std::vector<Bound>& bounds, const lab::Figures& figures) {
    bool held = true;
    for (const Bound& bound : bounds) {
        const auto measured = lab::figure(figures, bound.name);
        if (!measured) {
            std::printf("FAILED: %s was asked for, and %s was not measured\n", bound.text.c_str(),
                        bound.name.c_str());
        } else if (!bound.holds(*measured)) {
            std::printf("FAILED: %s was asked for, and it is %.6g\n", bound.text.c_str(),
                        *measured);
        }
        held = held && measured && bound.holds(*measured);
    }
    if (held && !bounds.empty()) std::printf("all %zu bounds held\n", bounds.size());
    return held;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const Options options = parse(argc, argv);
        const lab::Figures figures = measure(options);
        if (!options.json.empty()) write_json(options.json, figures);
        if (check(options.bounds, figures)) return 0;
        const bool disturbed = lab::figure(figures, kStall).value_or(0) > kLongStall;
        if (disturbed)
            std::printf(
                "the machine stood still meanwhile: the host was too busy to judge by this run\n");
        return disturbed ? 3 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "measure: error: %s\n", error.what());
        return 2;
    }
}
