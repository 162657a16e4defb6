// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>

#include "commands.hpp"
#include "exit_code.hpp"
#include "tandem/config/config_edit.hpp"
#include "tandem/config/text_file.hpp"
#include "tandem/remote/bridge_client.hpp"
#include "tandem/status/status.hpp"

namespace tandem {
namespace {

// Keeps numbers sane; tandemd knows the range of a trim or gain.
constexpr double kMost = 1e6;

enum class AmountKind { by, to };
struct Amount {
    AmountKind kind = AmountKind::to;
    double value = 0;  // milliseconds or decibels
};

// With a sign it is a change, as with a knob; with "=" or nothing in front, the value itself.
std::optional<Amount> parse_amount(std::string_view text) {
    Amount amount;
    if (text.starts_with('='))
        text.remove_prefix(1);
    else if (text.starts_with('+') || text.starts_with('-'))
        amount.kind = AmountKind::by;
    const bool plus = text.starts_with('+');  // from_chars takes none
    if (plus) text.remove_prefix(1);
    if (plus && text.starts_with('-')) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount.value,
                                              std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (!(std::abs(amount.value) <= kMost)) return std::nullopt;
    return amount;
}

// Of a volume also "40%", "up" and "down".
std::optional<Amount> parse_volume(std::string_view text) {
    constexpr double step = 5;
    if (text == "up") return Amount{AmountKind::by, step};
    if (text == "down") return Amount{AmountKind::by, -step};
    if (text.ends_with('%')) text.remove_suffix(1);
    return parse_amount(text);
}

BridgeStatus status_of(const BridgeClient& client) {
    return status_from_json(client.get_status());
}

SinkStatus sink_of(const BridgeStatus& status, const std::string& name) {
    for (const auto& sink : status.sinks)
        if (sink.name == name) return sink;
    throw BridgeClientError(
        BridgeTrouble::other,
        fmt::format("There is no sink \"{}\": \"tandemctl status\" lists them.", name));
}

void print_change(const std::string& sink, const TrimChange& change) {
    const Duration by = change.now - change.before;
    const auto effect =
        by == Duration::zero()
            ? std::string("unchanged")
            : fmt::format("it plays {} ms {} than before", trim_text(std::chrono::abs(by)),
                          by > Duration::zero() ? "later" : "earlier");
    fmt::print("{}: trim {} ms (was {} ms): {}.\n", sink, trim_text(change.now),
               trim_text(change.before), effect);
}

void print_change(const std::string& sink, const GainChange& change) {
    const double by = change.now_db - change.before_db;
    const auto effect = by == 0
                            ? std::string("unchanged")
                            : fmt::format("it plays {} dB {} than before", gain_text(std::abs(by)),
                                          by > 0 ? "louder" : "softer");
    fmt::print("{}: gain {} dB (was {} dB): {}.\n", sink, gain_text(change.now_db),
               gain_text(change.before_db), effect);
}

void show_volume(const SinkStatus& sink, const std::string& mode) {
    if (sink.volume_percent)
        fmt::print("{}: volume {:.0f} %{}.\n", sink.name, *sink.volume_percent,
                   mode == "fixed" ? ", fixed" : "");
    else
        fmt::print("{}: volume unknown ({}).\n", sink.name,
                   sink.state == "streaming" ? "it has no AVRCP absolute volume" : sink.state);
}

// `name`: one sink, or empty for all.
void show_volumes(const BridgeClient& client, const std::string& name) {
    const BridgeStatus status = status_of(client);
    if (!name.empty()) return show_volume(sink_of(status, name), status.volume);
    for (const auto& sink : status.sinks)
        show_volume(sink, status.volume);
}

void print_changes(const BridgeClient& client, const std::vector<VolumeChange>& changes,
                   bool of_all) {
    for (const auto& change : changes)
        fmt::print("{}: volume {} % (was {} %).\n", change.sink, change.now, change.before);
    if (!of_all) return;
    const BridgeStatus status = status_of(client);
    for (const auto& sink : status.sinks) {
        const bool changed =
            std::ranges::find(changes, sink.name, &VolumeChange::sink) != changes.end();
        if (!changed) show_volume(sink, status.volume);
    }
}

// `what` is "trim" or "gain"; `write` writes it to the file.
void save(const BridgeClient& client, const char* what, const std::string& sink,
          const std::function<void(const std::string& file)>& write) {
    const std::string file = client.get_config_file();
    try {
        write(file);
    } catch (const std::system_error& error) {
        throw BridgeClientError(
            BridgeTrouble::denied,
            fmt::format(
                "The {} of \"{}\" is set but not saved, since {} cannot be written ({}): {}.", what,
                sink, file, error.code().message(), advice_for_write_error(error.code().value())));
    } catch (const FileChanged& error) {
        throw BridgeClientError(
            BridgeTrouble::other,
            fmt::format("The {} of \"{}\" is set but not saved: {} Run this again.", what, sink,
                        error.what()));
    }
    fmt::print("Saved in {}.\n", file);
}

void save_gain_of(const BridgeClient& client, const std::string& sink, double gain_db) {
    save(client, "gain", sink, [&](const std::string& file) {
        save_gain(file, sink, gain_db);
        client.commands().confirm_gain(sink);
    });
}

void save_trim_of(const BridgeClient& client, const std::string& sink, Duration trim) {
    save(client, "trim", sink, [&](const std::string& file) {
        save_trim(file, sink, trim);
        client.commands().confirm_trim(sink);
    });
}

}  // namespace

std::string check_amount(const std::string& text) {
    if (parse_amount(text)) return {};
    return fmt::format("\"{}\" is not a number, such as +3, -0.5, 12.5 or =-12.5", text);
}

int run_trim(const std::string& sink, const std::string& amount, bool to_save) {
    const BridgeClient client;
    Duration in_force{};
    if (const auto wanted = parse_amount(amount)) {
        const Duration value = from_ms(wanted->value);
        const auto change = wanted->kind == AmountKind::by
                                ? client.commands().adjust_trim(sink, value)
                                : client.commands().set_trim(sink, value);
        print_change(sink, change);
        in_force = change.now;
        if (!to_save) fmt::print("Not saved: run \"tandemctl trim {} --save\" to keep it.\n", sink);
    } else {
        const SinkStatus status = sink_of(status_of(client), sink);
        in_force = from_ms(status.trim_ms);
        fmt::print("{}: trim {} ms{}.\n", sink, trim_text(in_force),
                   status.trim_saved ? "" : ", not saved");
    }
    if (to_save) save_trim_of(client, sink, in_force);
    return exit_ok;
}

int run_gain(const std::string& sink, const std::string& amount, bool to_save) {
    const BridgeClient client;
    double in_force_db = 0;
    if (const auto wanted = parse_amount(amount)) {
        const auto change = wanted->kind == AmountKind::by
                                ? client.commands().adjust_gain(sink, wanted->value)
                                : client.commands().set_gain(sink, wanted->value);
        print_change(sink, change);
        in_force_db = change.now_db;
        if (!to_save) fmt::print("Not saved: run \"tandemctl gain {} --save\" to keep it.\n", sink);
    } else {
        const SinkStatus status = sink_of(status_of(client), sink);
        in_force_db = status.gain_db;
        fmt::print("{}: gain {} dB{}{}.\n", sink, gain_text(in_force_db),
                   status.gain_saved ? "" : ", not saved", status.muted ? ", muted" : "");
    }
    if (to_save) save_gain_of(client, sink, in_force_db);
    return exit_ok;
}

int run_volume(const std::vector<std::string>& arguments) {
    std::string sink = arguments.empty() ? std::string() : arguments.front();
    std::optional<Amount> wanted;
    if (!arguments.empty()) wanted = parse_volume(arguments.back());
    if (arguments.size() == 1 && wanted) sink.clear();
    if (wanted ? wanted->value != std::round(wanted->value) : arguments.size() == 2) {
        return complain(
            fmt::format("\"{}\" is not a percentage, such as 40, 40%, +5, -5, up or down.",
                        arguments.back()),
            exit_usage);
    }
    const BridgeClient client;
    if (!wanted) {
        show_volumes(client, sink);
        return exit_ok;
    }
    const int percent = static_cast<int>(wanted->value);
    print_changes(client,
                  wanted->kind == AmountKind::by ? client.commands().adjust_volume(sink, percent)
                                                 : client.commands().set_volume(sink, percent),
                  sink.empty());
    return exit_ok;
}

int run_mute(const std::string& sink, bool on) {
    BridgeClient{}.commands().set_mute(sink, on);
    fmt::print("{}\n",
               on ? fmt::format("{0} is muted; \"tandemctl mute {0} off\" unmutes it.", sink)
                  : fmt::format("{} is unmuted.", sink));
    return exit_ok;
}

int run_click(int count) {
    const auto sinks = BridgeClient{}.commands().click(static_cast<std::uint32_t>(count));
    fmt::print("{} on {}.\n",
               count == 1 ? "One click" : fmt::format("{} clicks, one second apart,", count),
               fmt::join(sinks, ", "));
    return exit_ok;
}

}  // namespace tandem
