// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

#include "commands.hpp"
#include "exit_code.hpp"
#include "tandem/remote/bridge_client.hpp"
#include "tandem/status/status_text.hpp"

namespace tandem {
namespace {

constexpr std::uint32_t kMostSeconds = 30U * 24 * 3600;

std::uint32_t seconds_of(std::string_view unit) {
    if (unit == "s") return 1;
    if (unit == "m" || unit == "min") return 60;
    if (unit == "h") return 3600;
    if (unit == "d") return 24 * 3600;
    return 0;
}

// "90s", "30m", "1h30m": whole numbers with units.
std::optional<std::uint32_t> parse_span(std::string_view text) {
    std::uint64_t sum = 0;
    while (!text.empty()) {
        std::uint32_t count = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (error != std::errc{}) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const std::string_view unit = text.substr(0, text.find_first_of("0123456789"));
        if (seconds_of(unit) == 0) return std::nullopt;
        text.remove_prefix(unit.size());
        sum += std::uint64_t{count} * seconds_of(unit);
        if (sum > kMostSeconds) return std::nullopt;
    }
    if (sum == 0) return std::nullopt;
    return static_cast<std::uint32_t>(sum);
}

}  // namespace

std::string check_span(const std::string& text) {
    if (parse_span(text)) return {};
    return fmt::format("\"{}\" is not a span of time, such as 90s, 30m, 1h or 1h30m (30d at most)",
                       text);
}

int run_release(const std::string& sink, const std::string& span) {
    const std::uint32_t seconds = parse_span(span).value_or(0);
    BridgeClient{}.commands().release(sink, seconds);
    const std::string until = seconds == 0 ? std::string() : " for " + span_of(seconds);
    fmt::print("{0} is released for other devices{1}; \"tandemctl take {0}\" takes it back.\n",
               sink, until);
    return exit_ok;
}

int run_take(const std::string& sink) {
    BridgeClient{}.commands().take(sink);
    fmt::print("{} is taken back; it is connected again as soon as it answers.\n", sink);
    return exit_ok;
}

}  // namespace tandem
