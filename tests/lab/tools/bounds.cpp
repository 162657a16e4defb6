// SPDX-License-Identifier: GPL-3.0-or-later
#include "bounds.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <stdexcept>
#include <string_view>

namespace lab {

namespace {

// Nothing could have kept a packet on time that was due while the machine stood still for longer
// than a bridge's own latency. But the bridge holds what it cannot send for a quarter of a second:
// a shorter standstill is no excuse for sound that is lost, repeated or wrong.
constexpr double kExcusesLateness_ms = 60;
constexpr double kExcusesLoss_ms = 240;

bool is_of_time(const std::string& figure) {
    constexpr std::array<std::string_view, 4> kOfTime{"latency", "pacing", "late_", "skew"};
    return std::ranges::any_of(
        kOfTime, [&](std::string_view word) { return figure.find(word) != std::string::npos; });
}

}  // namespace

Bound parse_bound(const std::string& text) {
    for (const char* relation : {"<=", ">=", "=="}) {
        const std::size_t at = text.find(relation);
        if (at == std::string::npos || at == 0) continue;
        Bound bound{text, text.substr(0, at), relation, 0};
        const char* end = text.data() + text.size();
        const auto [stopped, error] = std::from_chars(text.data() + at + 2, end, bound.value);
        if (error == std::errc{} && stopped == end) return bound;
    }
    throw std::runtime_error(
        "--require wants FIGURE<=VALUE, FIGURE>=VALUE or FIGURE==VALUE, not \"" + text + "\"");
}

Verdict judge(const std::vector<Bound>& bounds, const Figures& figures, double standstill_ms) {
    Verdict verdict = Verdict::held;
    for (const Bound& bound : bounds) {
        const auto measured = figure(figures, bound.name);
        if (measured && bound.holds(*measured)) continue;
        if (measured) {
            std::printf("FAILED: %s was asked for, and it is %.6g\n", bound.text.c_str(),
                        *measured);
        } else {
            std::printf("FAILED: %s was asked for, and %s was not measured\n", bound.text.c_str(),
                        bound.name.c_str());
        }
        const double excuse = is_of_time(bound.name) ? kExcusesLateness_ms : kExcusesLoss_ms;
        const bool excused = measured && standstill_ms > excuse;
        verdict = excused && verdict != Verdict::failed ? Verdict::disturbed : Verdict::failed;
    }
    if (verdict == Verdict::held && !bounds.empty())
        std::printf("all %zu bounds held\n", bounds.size());
    return verdict;
}

}  // namespace lab
