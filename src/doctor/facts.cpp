// SPDX-License-Identifier: GPL-3.0-or-later
// Parses the output of other programs.
#include "tandem/doctor/facts.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <regex>
#include <sstream>

namespace tandem {
namespace {

int number_in(const std::string& text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;  // 0 if there is none
}

}  // namespace

std::optional<BluezVersion> parse_bluez_version(const std::string& text) {
    std::smatch found;
    if (!std::regex_search(text, found, std::regex{"(\\d{1,4})\\.(\\d{1,4})"})) return std::nullopt;
    return BluezVersion{number_in(found[1]), number_in(found[2])};
}

std::vector<AdapterFacts> adapters_for(const Config& config,
                                       const std::vector<AdapterFacts>& adapters) {
    const bool one_is_up = std::ranges::any_of(adapters, &AdapterFacts::up);
    const auto carries = [&](const SinkConfig& sink, const AdapterFacts& adapter) {
        if (sink.is_virtual()) return false;
        if (sink.adapter.empty()) return adapter.up || !one_is_up;
        return sink.adapter == adapter.name || sink.adapter == adapter.address;
    };
    std::vector<AdapterFacts> wanted;
    for (const AdapterFacts& adapter : adapters)
        if (std::ranges::any_of(config.sinks,
                                [&](const auto& sink) { return carries(sink, adapter); }))
            wanted.push_back(adapter);
    return wanted;
}

UnitFacts parse_unit(const std::string& properties) {
    std::map<std::string, std::string> values;
    std::istringstream lines(properties);
    for (std::string line; std::getline(lines, line);)
        if (const auto equals = line.find('='); equals != std::string::npos)
            values[line.substr(0, equals)] = line.substr(equals + 1);
    UnitFacts unit;
    unit.installed = values["LoadState"] == "loaded";
    unit.active = values["ActiveState"];
    unit.exit_status = number_in(values["ExecMainStatus"]);
    unit.restarts = number_in(values["NRestarts"]);
    const auto& watchdog = values["WatchdogUSec"];  // "10s"; "0" or "infinity" without
    unit.watchdog = number_in(watchdog) > 0;
    return unit;
}

std::optional<CardFacts> parse_usb_stream(const std::string& text) {
    const auto capture = text.find("\nCapture:");
    if (capture == std::string::npos) return std::nullopt;
    CardFacts card;
    card.name = text.substr(0, text.find(" at usb"));
    std::istringstream lines(text.substr(capture));
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (std::regex_search(line, found, std::regex{"Channels: (\\d+)"}))
            card.channels = std::max(card.channels, number_in(found[1]));
        if (line.find("Rates:") == std::string::npos) continue;
        card.any_between = line.find("continuous") != std::string::npos;
        const std::regex rate{"\\d{4,6}"};
        for (std::sregex_iterator each{line.begin(), line.end(), rate}, end; each != end; ++each)
            card.rates.push_back(number_in(each->str()));
    }
    return card;
}

}  // namespace tandem
