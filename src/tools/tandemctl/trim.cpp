// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <system_error>

#include "commands.hpp"
#include "exit_code.hpp"
#include "tandem/service/bridge_client.hpp"
#include "tandem/service/config_edit.hpp"
#include "tandem/service/status.hpp"

namespace tandem {
namespace {

// What tandemd can be asked; it is its to say what a trim may be.
constexpr double kMostMs = 1e6;

enum class TrimKind { by, to };
struct TrimAmount {
    TrimKind kind = TrimKind::to;
    Duration value{};
};

// A sign makes it a change, as with a knob; "=" or none makes it the trim itself.
std::optional<TrimAmount> parse_trim(std::string_view text) {
    TrimAmount amount;
    if (text.starts_with('='))
        text.remove_prefix(1);
    else if (text.starts_with('+') || text.starts_with('-'))
        amount.kind = TrimKind::by;
    const bool plus = text.starts_with('+');  // from_chars takes none
    if (plus) text.remove_prefix(1);
    if (plus && text.starts_with('-')) return std::nullopt;
    double ms = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), ms, std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (!(std::abs(ms) <= kMostMs)) return std::nullopt;
    amount.value = from_ms(ms);
    return amount;
}

SinkStatus sink_of(const BridgeClient& client, const std::string& name) {
    for (auto& sink : status_from_json(client.get_status()).sinks)
        if (sink.name == name) return sink;
    throw BridgeClientError(BridgeTrouble::other, fmt::format("There is no sink \"{}\".", name));
}

void print_change(const std::string& sink, const TrimChange& change) {
    const Duration by = change.now - change.before;
    const auto effect =
        by == Duration::zero()
            ? std::string("as it was")
            : fmt::format("it plays {} ms {} than before", trim_text(std::chrono::abs(by)),
                          by > Duration::zero() ? "later" : "earlier");
    fmt::print("{}: trim {} ms (was {} ms): {}.\n", sink, trim_text(change.now),
               trim_text(change.before), effect);
}

void save(const BridgeClient& client, const std::string& sink, Duration trim) {
    const std::string file = client.get_config_file();
    try {
        save_trim(file, sink, trim);
    } catch (const std::system_error& error) {
        throw BridgeClientError(
            BridgeTrouble::denied,
            fmt::format("The trim of \"{}\" is in force but not saved: {} cannot be written ({}); "
                        "run this with sudo or as a member of the group tandem.",
                        sink, file, error.code().message()));
    }
    client.confirm_trim(sink);
    fmt::print("Saved in {}.\n", file);
}

}  // namespace

std::string check_trim(const std::string& text) {
    if (parse_trim(text)) return {};
    return fmt::format("\"{}\" is no trim in milliseconds, such as +3, -0.5, 12.5 or =-12.5", text);
}

int run_trim(const std::string& sink, const std::string& amount, bool to_save) {
    const BridgeClient client;
    Duration in_force{};
    if (const auto wanted = parse_trim(amount)) {
        const auto change = wanted->kind == TrimKind::by ? client.adjust_trim(sink, wanted->value)
                                                         : client.set_trim(sink, wanted->value);
        print_change(sink, change);
        in_force = change.now;
        if (!to_save) fmt::print("Not saved: \"tandemctl trim {} --save\" keeps it.\n", sink);
    } else {
        const SinkStatus status = sink_of(client, sink);
        in_force = from_ms(status.trim_ms);
        fmt::print("{}: trim {} ms{}.\n", sink, trim_text(in_force),
                   status.trim_saved ? "" : ", not saved");
    }
    if (to_save) save(client, sink, in_force);
    return exit_ok;
}

int run_click(int count) {
    const auto sinks = BridgeClient{}.click(count);
    fmt::print("{} on {}.\n",
               count == 1 ? "A click" : fmt::format("{} clicks, a second apart,", count),
               fmt::join(sinks, ", "));
    return exit_ok;
}

}  // namespace tandem
