// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bridge/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tandem/base/clock.hpp"
#include "tandem/bridge/streams.hpp"
#include "tandem/host/log.hpp"

namespace tandem {
namespace {

class BridgeCommands final : public Commands {
  public:
    BridgeCommands(Roster& roster, Streams& streams, ConfigSource source)
        : roster_(roster), streams_(streams), source_(std::move(source)) {}

    void reload() override { source_.reload(); }
    TrimChange set_trim(const std::string& name, Duration trim) override;
    TrimChange adjust_trim(const std::string& name, Duration by) override;
    void confirm_trim(const std::string& name) override;
    GainChange set_gain(const std::string& name, double gain_db) override;
    GainChange adjust_gain(const std::string& name, double by_db) override;
    void confirm_gain(const std::string& name) override;
    void set_mute(const std::string& name, bool on) override;
    std::vector<VolumeChange> set_volume(const std::string& name, int percent) override;
    std::vector<VolumeChange> adjust_volume(const std::string& name, int by) override;
    void release(const std::string& name, std::uint32_t seconds) override;
    void take(const std::string& name) override;
    std::vector<std::string> click(std::uint32_t count) override;
    void identify(const std::string& name) override;

  private:
    [[nodiscard]] Sink& named(const std::string& name);
    // Those whose volume can be set: the one of that name, or all of them.
    [[nodiscard]] std::vector<Sink*> with_volume(const std::string& name);
    static std::vector<VolumeChange> move_volumes(const std::vector<Sink*>& sinks,
                                                  const std::function<int(int percent)>& to);

    Roster& roster_;
    Streams& streams_;
    ConfigSource source_;
};

Sink& BridgeCommands::named(const std::string& name) {
    if (Sink* sink = roster_.find(name)) return *sink;
    std::string known;
    for (const Sink& sink : roster_)
        known += (known.empty() ? "\"" : ", \"") + sink.config.name + '"';
    throw BridgeRefusal(fmt::format("There is no sink \"{}\": {}.", name,
                                    known.empty() ? "none is configured" : "there is " + known));
}

TrimChange BridgeCommands::set_trim(const std::string& name, Duration trim) {
    Sink& sink = named(name);
    const TrimChange change{sink.trim.in_force(), trim};
    if (!sink.trim.set(trim))
        throw BridgeRefusal(fmt::format(
            "A trim of {:+g} ms is refused for \"{}\": it goes from "
            "-{:g} to {:g} ms, and {:+g} ms stays in force.",
            to_ms(trim), name, to_ms(kMostTrim), to_ms(kMostTrim), to_ms(change.before)));
    log_event(
        Severity::info, EventKind::trim,
        fmt::format("{}: trim {:+g} ms (was {:+g} ms)", name, to_ms(trim), to_ms(change.before)),
        {{"SINK", name}, {"TRIM_MS", fmt::format("{:g}", to_ms(trim))}});
    streams_.plan();
    return change;
}

TrimChange BridgeCommands::adjust_trim(const std::string& name, Duration by) {
    return set_trim(name, named(name).trim.in_force() + by);
}

void BridgeCommands::confirm_trim(const std::string& name) {
    named(name).trim.saved_as(source_.configured(name).trim);
}

GainChange BridgeCommands::set_gain(const std::string& name, double gain_db) {
    Sink& sink = named(name);
    const GainChange change{sink.gain.set_db(), gain_db};
    if (!sink.gain.set(gain_db))
        throw BridgeRefusal(fmt::format(
            "A gain of {:+g} dB is refused for \"{}\": it goes from {:g} to {:g} dB, and {:+g} dB "
            "stays in force.",
            gain_db, name, kLeastGainDb, kMostGainDb, change.before_db));
    log_event(Severity::info, EventKind::gain,
              fmt::format("{}: gain {:+g} dB (was {:+g} dB)", name, gain_db, change.before_db),
              {{"SINK", name}, {"GAIN_DB", fmt::format("{:g}", gain_db)}});
    streams_.put_in_force(sink);
    return change;
}

GainChange BridgeCommands::adjust_gain(const std::string& name, double by_db) {
    return set_gain(name, named(name).gain.set_db() + by_db);
}

void BridgeCommands::confirm_gain(const std::string& name) {
    named(name).gain.saved_as(source_.configured(name).gain_db);
}

void BridgeCommands::set_mute(const std::string& name, bool on) {
    Sink& sink = named(name);
    if (sink.gain.muted() == on) return;
    sink.gain.mute(on);
    log_event(Severity::info, EventKind::gain,
              fmt::format("{}: {}", name, on ? "muted" : "no longer muted"), {{"SINK", name}});
    streams_.put_in_force(sink);
}

std::vector<Sink*> BridgeCommands::with_volume(const std::string& name) {
    std::vector<Sink*> found;
    if (name.empty())
        for (Sink& sink : roster_)
            found.push_back(&sink);
    else
        found.push_back(&named(name));
    std::erase_if(found, [](const Sink* sink) { return !sink->volume.level(); });
    if (!found.empty()) return found;
    throw BridgeRefusal(fmt::format(
        "{} that could be set (switched off, or without AVRCP absolute volume): use the speaker's "
        "own buttons, or \"tandemctl gain\".",
        name.empty() ? "No speaker tells a volume" : fmt::format("\"{}\" tells no volume", name)));
}

std::vector<VolumeChange> BridgeCommands::move_volumes(const std::vector<Sink*>& sinks,
                                                       const std::function<int(int percent)>& to) {
    std::vector<VolumeChange> changes;
    for (Sink* sink : sinks) {
        const int before = percent_of_volume(sink->volume.level().value_or(0));
        changes.push_back({sink->config.name, before, to(before)});
        sink->volume.set(volume_of_percent(changes.back().now));
    }
    return changes;
}

std::vector<VolumeChange> BridgeCommands::set_volume(const std::string& name, int percent) {
    if (percent < 0 || percent > 100)
        throw BridgeRefusal(
            fmt::format("A volume of {} % is refused: it goes from 0 to 100 %.", percent));
    return move_volumes(with_volume(name), [percent](int) { return percent; });
}

std::vector<VolumeChange> BridgeCommands::adjust_volume(const std::string& name, int by) {
    const std::vector<Sink*> sinks = with_volume(name);
    int least = -100;
    int most = 100;
    for (const Sink* sink : sinks) {
        const int now = percent_of_volume(sink->volume.level().value_or(0));
        least = std::max(least, -now);
        most = std::min(most, 100 - now);
    }
    const int possible = std::clamp(by, least, most);
    return move_volumes(sinks, [possible](int now) { return now + possible; });
}

void BridgeCommands::release(const std::string& name, std::uint32_t seconds) {
    Sink& sink = named(name);
    if (!sink.on_air)
        throw BridgeRefusal(fmt::format(
            "\"{}\" is a modelled speaker, which no other device could play on: release one that "
            "has a Bluetooth address.",
            name));
    sink.released_until =
        seconds == 0 ? Time::max() : now_monotonic() + std::chrono::seconds(seconds);
    log_event(Severity::info, EventKind::sink_state,
              fmt::format("{}: released for other devices{}", name,
                          seconds == 0 ? "" : fmt::format(" for {} s", seconds)),
              {{"SINK", name}, {"ADDRESS", sink.config.address}, {"REASON", "released"}});
}

void BridgeCommands::take(const std::string& name) {
    Sink& sink = named(name);
    if (!sink.released_until)
        throw BridgeRefusal(fmt::format(
            "\"{0}\" is not released, so there is nothing to take back: \"tandemctl release {0}\" "
            "releases it.",
            name));
    sink.released_until = now_monotonic();  // at the next look
}

std::vector<std::string> BridgeCommands::click(std::uint32_t count) {
    if (count < 1 || count > kMostClicks)
        throw BridgeRefusal(
            fmt::format("{} clicks are refused: 1 to {} at once.", count, kMostClicks));
    std::vector<std::string> playing;
    for (const Sink& sink : roster_)
        if (sink.stream) playing.push_back(sink.config.name);
    if (playing.empty())
        throw BridgeRefusal(
            "No speaker plays, so nobody would hear a click: \"tandemctl status\" says why.");
    streams_.click(static_cast<int>(count));
    return playing;
}

void BridgeCommands::identify(const std::string& name) {
    const Sink& sink = named(name);
    if (!sink.stream)
        throw BridgeRefusal(fmt::format(
            "\"{}\" does not play, so nobody would hear its tone: \"tandemctl status\" says why.",
            name));
    streams_.identify(sink);
}

}  // namespace

std::unique_ptr<Commands> make_commands(Roster& roster, Streams& streams, ConfigSource source) {
    return std::make_unique<BridgeCommands>(roster, streams, std::move(source));
}

}  // namespace tandem
