// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.hpp"

#include <charconv>
#include <cmath>
#include <stdexcept>
#include <tuple>

namespace lab {

namespace {

double number(const std::string& text, const std::string& context) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end)
        throw std::runtime_error("\"" + text + "\" in " + context + " is not a number");
    return value;
}

// "NAME=REST" in two.
std::pair<std::string, std::string> split(const std::string& option, const std::string& value) {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos)
        throw std::runtime_error(option + " wants NAME=..., not \"" + value + "\"");
    return {value.substr(0, equals), value.substr(equals + 1)};
}

std::pair<std::string, Span> parse_part(const std::string& text) {
    const auto [name, times] = split("--part", text);
    const std::size_t colon = times.find(':');
    if (colon == std::string::npos)
        throw std::runtime_error("--part wants NAME=FROM:TO, not \"" + text + "\"");
    const auto time = [&](const std::string& seconds) {
        return Time{std::llround(number(seconds, text) * 1e9)};
    };
    return {name, {time(times.substr(0, colon)), time(times.substr(colon + 1))}};
}

void parse_option(const std::string& option, const std::string& value, Options& options) {
    if (option == "--name") {
        options.names.push_back(split(option, value));
    } else if (option == "--json") {
        options.json = value;
    } else if (option == "--part") {
        options.parts.push_back(parse_part(value));
    } else if (option == "--timeline") {
        std::tie(options.undelayed, options.readings) = split(option, value);
    } else if (option == "--require") {
        options.bounds.push_back(parse_bound(value));
    } else {
        throw std::runtime_error("there is no option " + option);
    }
}

}  // namespace

Options parse_options(int argc, char** argv) {
    Options options;
    std::vector<std::string> words;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (!word.starts_with("--")) {
            words.push_back(word);
            continue;
        }
        if (++i == argc) throw std::runtime_error(word + " wants a value");
        parse_option(word, argv[i], options);
    }
    if (words.size() != 3) {
        throw std::runtime_error(
            "usage: measure RECORDING AUX-LOG NOISE.wav [--name NAME=ADDRESS]... [--json FILE] "
            "[--part NAME=FROM:TO]... [--timeline NAME=FILE] "
            "[--require 'FIGURE<=VALUE']...");
    }
    options.recording = words[0];
    options.aux_log = words[1];
    options.noise = words[2];
    return options;
}

}  // namespace lab
