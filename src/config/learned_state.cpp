// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/config/learned_state.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "config/toml_bounds.hpp"
#include "tandem/bluez/speaker_volume.hpp"
#include "tandem/config/config.hpp"

namespace tandem {
namespace {

using std::chrono::sys_seconds;

constexpr int kMostFramesPerPacket = 15;  // A2DP 1.4, 4.3.4: four bits
constexpr double kLeastMs = 0.001;        // the last digit that is written

constexpr const char* kHead =
    "# What tandemd has learned about the speakers. It writes this file by itself; remove it to\n"
    "# make tandemd forget (while the service is stopped).\n";

[[noreturn]] void refuse(const toml::node& node, const std::string& why) {
    throw LearnedStateError{fmt::format("line {}: {}", node.source().begin.line, why)};
}

// RFC 3339 in UTC, which is a TOML date.
std::string date_of(sys_seconds at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{at - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

// nullopt: in UTC it is before the year 0 or after 9999, which TOML cannot say.
std::optional<sys_seconds> seconds_of(const toml::date_time& value) {
    using namespace std::chrono;
    const year_month_day date{year{value.date.year}, month{value.date.month}, day{value.date.day}};
    const int offset = value.offset ? value.offset->minutes : 0;
    const sys_seconds at = sys_days{date} + hours{value.time.hour} +
                           minutes{value.time.minute - offset} + seconds{value.time.second};
    if (at < sys_days{year{0} / 1 / 1} || at >= sys_days{year{10'000} / 1 / 1}) return std::nullopt;
    return at;
}

std::string text_of(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    const auto* text = node != nullptr ? node->as_string() : nullptr;
    if (text == nullptr) refuse(table, fmt::format("{} is no text", key));
    return text->get();
}

std::optional<LearnedLatency> latency_of(const toml::table& table, std::string_view kind) {
    const toml::node* node = table.get(fmt::format("{}_ms", kind));
    if (node == nullptr) return std::nullopt;
    const auto ms = node->value<double>();
    if (!ms || !(*ms >= kLeastMs && *ms <= 1000)) {
        refuse(*node,
               fmt::format("{}_ms is no number of milliseconds from {} to 1000", kind, kLeastMs));
    }
    const toml::node* date = table.get(fmt::format("{}_at", kind));
    const auto* at = date != nullptr ? date->as_date_time() : nullptr;
    if (at == nullptr) refuse(*node, fmt::format("{}_ms has no date {}_at", kind, kind));
    const auto seconds = seconds_of(at->get());
    if (!seconds) refuse(*date, fmt::format("{}_at is out of range", kind));
    return LearnedLatency{from_ms(*ms), *seconds};
}

std::string address_of(const toml::table& table) {
    const auto address = parse_address(text_of(table, "address"));
    if (!address) refuse(table, "address is no Bluetooth address");
    return *address;
}

LearnedVolume volume_of(const toml::table& table) {
    const toml::node* node = table.get("level");
    const auto level = node != nullptr ? node->value_exact<std::int64_t>() : std::nullopt;
    if (!level || *level < 0 || *level > kMostVolume)
        refuse(table, fmt::format("level is no number from 0 to {}", kMostVolume));
    return {address_of(table), static_cast<int>(*level)};
}

int frames_per_packet_of(const toml::table& table) {
    const toml::node* node = table.get("frames_per_packet");
    if (node == nullptr) return 0;
    const auto frames = node->value_exact<std::int64_t>();
    if (!frames || *frames < 1 || *frames > kMostFramesPerPacket)
        refuse(*node,
               fmt::format("frames_per_packet is no number from 1 to {}", kMostFramesPerPacket));
    return static_cast<int>(*frames);
}

LearnedSpeaker speaker_of(const toml::table& table) {
    LearnedSpeaker speaker;
    speaker.key.address = address_of(table);
    const std::string codec = text_of(table, "codec");
    const bool plain = std::ranges::all_of(codec, [](char letter) {
        return letter > ' ' && letter < 0x7f && letter != '"' && letter != '\\';
    });
    if (!plain || codec.empty()) refuse(table, "codec is no name of a codec");
    speaker.key.codec = codec;
    speaker.key.frames_per_packet = frames_per_packet_of(table);
    speaker.reported = latency_of(table, "reported");
    speaker.measured = latency_of(table, "measured");
    return speaker;
}

template <typename Take>
void for_each_table(const toml::table& document, std::string_view key, Take take) {
    const toml::node* list = document.get(key);
    if (list == nullptr) return;
    if (!list->is_array_of_tables()) refuse(*list, fmt::format("{} is no list of tables", key));
    for (const toml::node& entry : *list->as_array())
        take(*entry.as_table());
}

void append(std::string& text, std::string_view kind, const std::optional<LearnedLatency>& known) {
    if (!known) return;
    text += fmt::format("{0}_ms = {1:.3f}\n{0}_at = {2}\n", kind, to_ms(known->value),
                        date_of(known->at));
}

}  // namespace

const LearnedSpeaker* LearnedState::find(const LatencyKey& key) const {
    const auto found = std::ranges::find(speakers, key, &LearnedSpeaker::key);
    return found != speakers.end() ? &*found : nullptr;
}

std::optional<LearnedLatency> LearnedState::reported(const LatencyKey& key) const {
    const LearnedSpeaker* same = find(key);
    if (same != nullptr && same->reported) return same->reported;
    std::optional<LearnedLatency> newest;
    for (const LearnedSpeaker& speaker : speakers) {
        const bool whose = speaker.key.address == key.address && speaker.key.codec == key.codec;
        if (!whose || !speaker.reported) continue;
        if (!newest || speaker.reported->at > newest->at) newest = speaker.reported;
    }
    return newest;
}

LearnedSpeaker& LearnedState::speaker(const LatencyKey& key) {
    const auto found = std::ranges::find(speakers, key, &LearnedSpeaker::key);
    return found != speakers.end() ? *found : speakers.emplace_back(LearnedSpeaker{key, {}, {}});
}

std::optional<int> LearnedState::volume(const std::string& address) const {
    const auto found = std::ranges::find(volumes, address, &LearnedVolume::address);
    return found != volumes.end() ? std::optional(found->level) : std::nullopt;
}

void LearnedState::set_volume(const std::string& address, int level) {
    const auto found = std::ranges::find(volumes, address, &LearnedVolume::address);
    if (found != volumes.end())
        found->level = level;
    else
        volumes.push_back({address, level});
}

std::string to_toml(const LearnedState& state) {
    std::string text = kHead;
    for (const LearnedSpeaker& speaker : state.speakers) {
        text += fmt::format("\n[[speaker]]\naddress = \"{}\"\ncodec = \"{}\"\n",
                            speaker.key.address, speaker.key.codec);
        if (speaker.key.frames_per_packet > 0)
            text += fmt::format("frames_per_packet = {}\n", speaker.key.frames_per_packet);
        append(text, "reported", speaker.reported);
        append(text, "measured", speaker.measured);
    }
    for (const LearnedVolume& volume : state.volumes)
        text += fmt::format("\n[[volume]]\naddress = \"{}\"\nlevel = {}\n", volume.address,
                            volume.level);
    return text;
}

LearnedState parse_learned_state(const std::string& text) {
    if (const auto excess = excess_of(text))
        throw LearnedStateError{fmt::format("line {}: {}", excess->line, excess->reason)};
    LearnedState state;
    try {
        const toml::table document = toml::parse(text);
        for_each_table(document, "speaker", [&state](const toml::table& entry) {
            LearnedSpeaker speaker = speaker_of(entry);
            if (state.find(speaker.key) != nullptr)
                refuse(entry, fmt::format("{} is there twice", speaker.key.address));
            state.speakers.push_back(std::move(speaker));
        });
        for_each_table(document, "volume", [&state](const toml::table& entry) {
            const LearnedVolume volume = volume_of(entry);
            if (state.volume(volume.address))
                refuse(entry, fmt::format("{} is there twice", volume.address));
            state.volumes.push_back(volume);
        });
        return state;
    } catch (const toml::parse_error& error) {
        throw LearnedStateError{
            fmt::format("line {}: {}", error.source().begin.line, error.description())};
    }
}

}  // namespace tandem
