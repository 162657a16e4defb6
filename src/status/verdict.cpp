// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "tandem/config/gain.hpp"
#include "tandem/status/status_text.hpp"

namespace tandem {
namespace {

// More lost packets a minute than pass unnoticed; one holds 8 to 32 ms.
constexpr std::uint64_t kManyLost = 20;
constexpr std::uint64_t kManyClippings = 10;
constexpr double kLongSilence = 60;

using Said = std::optional<Verdict>;

bool is_released(const SinkStatus& sink) {
    return sink.reason == ReasonCode::released;
}

// Suspended on purpose: the input is silent, or somebody wants other devices to have the speaker.
bool rests(const SinkStatus& sink) {
    return sink.reason == ReasonCode::idle || is_released(sink);
}

// Of the sinks that are released, and how to end that; empty if none is.
std::string released_sinks(const BridgeStatus& status) {
    std::vector<std::string> names;
    for (const auto& sink : status.sinks)
        if (is_released(sink)) names.push_back(sink.name);
    if (names.empty()) return {};
    return fmt::format("{} {} released (\"tandemctl take {}\" ends that)", listed(names),
                       names.size() == 1 ? "is" : "are", names.front());
}

Said of_sinks(const BridgeStatus& status) {
    const auto all = static_cast<std::ptrdiff_t>(status.sinks.size());
    if (all == 0)
        return Verdict{Health::warning,
                       "No speakers are configured: run \"sudo tandemctl setup\", or add them to "
                       "/etc/tandem/tandem.toml."};
    if (std::ranges::all_of(status.sinks, is_released))
        return Verdict{Health::well,
                       fmt::format("Nothing is playing: {}.", released_sinks(status))};
    if (std::ranges::all_of(status.sinks, rests))
        return Verdict{Health::well,
                       "All is well: the input is silent, so the speakers are suspended until "
                       "the next sound."};
    const auto playing = std::ranges::count(status.sinks, "streaming", &SinkStatus::state);
    const auto released = std::ranges::count_if(status.sinks, is_released);
    if (playing > 0 && playing + released == all) return std::nullopt;
    return Verdict{playing == 0 ? Health::trouble : Health::warning,
                   fmt::format("{} of {} sinks are playing; the reasons are above.", playing, all)};
}

Said of_sound(const CaptureStatusReport& capture) {
    if (capture.clippings_last_minute >= kManyClippings)
        return Verdict{
            Health::warning,
            fmt::format("Playing, but the input clips ({} times in the last minute): turn "
                        "down the player's volume or the card's capture gain.",
                        capture.clippings_last_minute)};
    if (capture.hum_hz != 0)
        return Verdict{
            Health::warning,
            fmt::format("Playing, but the input hums at {} Hz ({:.0f} dBFS): put a ground "
                        "loop isolator into the aux cable.",
                        capture.hum_hz, capture.hum_dbfs)};
    return std::nullopt;
}

Said of_links(const BridgeStatus& status) {
    for (const auto& sink : status.sinks) {
        if (is_released(sink)) continue;
        if (sink.dropped_last_minute >= kManyLost)
            return Verdict{
                Health::warning,
                fmt::format("Playing, but {} lost {} packets in the last minute: move it "
                            "closer, or set profile = \"robust\".",
                            sink.name, sink.dropped_last_minute)};
        if (sink.doubtful_s)
            return Verdict{Health::warning,
                           fmt::format("Playing, but {} may be out of step after {}: its stream "
                                       "begins anew in the next pause of the sound.",
                                       sink.name, sink.doubt)};
        if (sink.muted)
            return Verdict{Health::warning,
                           fmt::format("Playing, but {0} is muted: \"tandemctl mute {0} off\" "
                                       "unmutes it.",
                                       sink.name)};
        if (sink.volume_percent && *sink.volume_percent < 0.5)
            return Verdict{Health::warning,
                           fmt::format("Playing, but the volume of {0} is 0 %: \"tandemctl volume "
                                       "{0} 30\" or its own buttons end that.",
                                       sink.name)};
        if (sink.gain_db <= kLeastGainDb)
            return Verdict{Health::warning,
                           fmt::format("Playing, but the gain of {0} is as low as it can be: "
                                       "\"tandemctl gain {0} =0\" ends that.",
                                       sink.name)};
        if (sink.reason != ReasonCode::none)
            return Verdict{Health::warning,
                           fmt::format("Playing, but {} has a problem, named above.", sink.name)};
    }
    return std::nullopt;
}

Verdict of_what_is_well(const BridgeStatus& status) {
    const auto count = std::ranges::count(status.sinks, "streaming", &SinkStatus::state);
    const std::string unknown = unknown_latencies(status);
    std::string sentence = "All is well: the sink is playing";
    if (count > 1 && unknown.empty())
        sentence = fmt::format("All is well: {} sinks are playing in step", count);
    else if (count > 1)
        sentence = fmt::format(
            "All is well: {} sinks are playing, but nothing is known of the "
            "latency of {}: if you hear an echo, trim by ear",
            count, unknown);
    if (!status.timeline.locked) sentence = "Playing; the timeline is still locking";
    if (status.capture.silent_s >= kLongSilence)
        sentence +=
            fmt::format("; the input has been silent for {}", span_of(status.capture.silent_s));
    if (const std::string released = released_sinks(status); !released.empty())
        sentence += "; " + released;
    return {Health::well, sentence + '.'};
}

}  // namespace

Health health_of(const SinkStatus& sink) {
    if (rests(sink)) return Health::well;
    if (sink.state == "failed" || sink.state == "stalled") return Health::trouble;
    return sink.state == "streaming" && sink.reason == ReasonCode::none ? Health::well
                                                                        : Health::warning;
}

Verdict verdict_of(const BridgeStatus& status) {
    if (!status.sinks.empty() && status.capture.state != "running")
        return {Health::trouble,
                fmt::format("Nothing to play: the input has {}.", status.capture.state)};
    if (auto said = of_sinks(status)) return *said;
    if (!status.capture.reason.empty())
        return {Health::warning, "Playing, but the input drops out; the reason is above."};
    if (auto said = of_links(status)) return *said;
    if (auto said = of_sound(status.capture)) return *said;
    return of_what_is_well(status);
}

}  // namespace tandem
