// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/config_setup.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <optional>

#include "config/toml_edit.hpp"
#include "tandem/config/config.hpp"

namespace tandem {
namespace {

void set_capture(std::string& text, const std::string& key, const std::string& literal) {
    const auto capture = [](const toml::table& document) { return document["capture"].as_table(); };
    if (!set_value(text, capture, key, literal))
        append_lines(text, {"", "[capture]", key + " = " + literal});
}

void set_card(std::string& text, const CaptureSettings& now, const CaptureSettings& wanted) {
    if (now.device != wanted.device) set_capture(text, "device", toml_string(wanted.device));
    if (now.rate != wanted.rate) set_capture(text, "rate", std::to_string(wanted.rate.hz));
    if (now.channels != wanted.channels)
        set_capture(text, "channels", std::to_string(wanted.channels));
}

FindTable sink_at(const std::string& address) {
    return find_sink("address", [address](const std::string& text) {
        return parse_address(text).value_or(text) == address;
    });
}

const NamedSpeaker* wanted_for(const SinkConfig& sink, const Equipment& wanted) {
    const auto found = std::ranges::find(wanted.speakers, sink.address, &NamedSpeaker::address);
    return found == wanted.speakers.end() ? nullptr : &*found;
}

// Several virtual sinks share one "address": each one that is commented out makes way for the next.
void set_sinks(std::string& text, Config& config, const Equipment& wanted) {
    std::vector<SinkConfig> kept;
    for (const SinkConfig& sink : config.sinks) {
        if (const auto* speaker = wanted_for(sink, wanted)) {
            if (sink.name != speaker->name)
                set_value(text, sink_at(sink.address), "name", toml_string(speaker->name));
            kept.push_back(sink);
            kept.back().name = speaker->name;
            continue;
        }
        comment_out(text, sink_at(sink.address));
    }
    for (const NamedSpeaker& speaker : wanted.speakers) {
        if (std::ranges::find(kept, speaker.address, &SinkConfig::address) != kept.end()) continue;
        append_lines(text, {"", "[[sink]]", "name = " + toml_string(speaker.name),
                            "address = " + toml_string(speaker.address)});
        kept.push_back({});
        kept.back().name = speaker.name;
        kept.back().address = speaker.address;
    }
    config.sinks = std::move(kept);
}

}  // namespace

std::string with_setup(const std::string& text, const Equipment& wanted, const std::string& file) {
    Config config = parse_config(text, file);
    std::string edited = text;
    bool valid = true;
    try {
        set_card(edited, config.capture, wanted.card);
        config.capture.device = wanted.card.device;
        config.capture.rate = wanted.card.rate;
        config.capture.channels = wanted.card.channels;
        set_sinks(edited, config, wanted);
    } catch (const toml::parse_error&) {
        valid = false;  // an edit broke the text for the next one
    }
    if (valid && means(edited, config)) return edited;
    throw ConfigError(
        fmt::format("{}: file: is written in a way that cannot be changed safely; move it out of "
                    "the way and run the setup again",
                    file));
}

}  // namespace tandem
