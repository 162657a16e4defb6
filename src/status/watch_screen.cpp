// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/status/watch_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <string_view>
#include <vector>

#include "tandem/base/display_width.hpp"

namespace tandem {
namespace {

constexpr int kHead = 8;            // columns of the heading at the left
constexpr double kFloorDbfs = -60;  // an empty bar
constexpr double kHotDbfs = -3;     // above this a level is close to clipping
constexpr double kLeastSkewMs = 1;  // full scale of a strip is at least this
constexpr double kLeastJitterUs = 100;
constexpr int kNarrowestStrip = 8;

constexpr std::array<std::string_view, 9> kHeights{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 5> kAsciiHeights{" ", "_", "-", "=", "#"};

// ECMA-48 control sequences.
constexpr const char* kHome = "\x1b[H";
constexpr const char* kClearBelow = "\x1b[J";
// Before a line is written: after one that fills its row, the cursor is still on the last column,
// and clearing to the end of the line would take that column with it.
constexpr const char* kClearLine = "\x1b[2K";

using Lines = std::vector<std::string>;

std::string meter(const char* channel, double peak, double rms, int columns,
                  const ScreenStyle& style) {
    const auto part = [](double dbfs) { return 1 - std::max(dbfs, kFloorDbfs) / kFloorDbfs; };
    const Health health = peak > kHotDbfs ? Health::warning : Health::well;
    const int width = std::clamp(columns - kHead - 32, 10, 60);
    return fmt::format("{:>{}} {} {:>6.1f} dBFS, rms {:.1f}", channel, kHead - 1,
                       painted(bar(part(peak), width, style.glyphs), health, style.colours), peak,
                       rms);
}

// A sentence may take several lines: what to do is at its end.
void append_sentence(Lines& lines, const std::string& sentence, Health health, int indent,
                     int columns, Colours colours) {
    const std::string margin(static_cast<std::size_t>(indent), ' ');
    for (const auto& line : wrapped(sentence, columns - indent))
        lines.push_back(margin + painted(line, health, colours));
}

void append_input(Lines& lines, const BridgeStatus& status, ScreenSize size,
                  const ScreenStyle& style) {
    const auto& capture = status.capture;
    const Health health = capture.state == "running" ? Health::well : Health::trouble;
    lines.push_back(fmt::format("{}{}, {}", padded("input", kHead),
                                painted(capture.state, health, style.colours), input_of(capture)));
    if (!capture.reason.empty())
        append_sentence(lines, fmt::format("{}: {}", capture.reason, capture.detail), health, kHead,
                        size.columns, style.colours);
    lines.push_back(
        meter("L", capture.level_left_dbfs, capture.rms_left_dbfs, size.columns, style));
    lines.push_back(
        meter("R", capture.level_right_dbfs, capture.rms_right_dbfs, size.columns, style));
    lines.push_back(
        fmt::format("{}{}; {} xruns", padded("", kHead), sound_of(capture), capture.xruns));
    lines.push_back(fmt::format("{}{}, {:+.1f} ppm; engine {}", padded("clock", kHead),
                                status.timeline.locked ? "locked" : "locking",
                                status.timeline.rate_ppm,
                                status.realtime ? "real-time" : "NOT real-time"));
}

std::string link_of(const SinkStatus& sink, const ScreenStyle& style) {
    if (!sink.link_quality) return {};
    constexpr int width = 10;
    const Health health = *sink.link_quality < 0.8 ? Health::warning : Health::well;
    return fmt::format("link {}{}, ",
                       painted(bar(*sink.link_quality, width, style.glyphs), health, style.colours),
                       sink.rssi_db ? fmt::format(" {:+.0f} dB", *sink.rssi_db) : "");
}

void append_sink(Lines& lines, const SinkStatus& sink, int columns, const ScreenStyle& style) {
    lines.emplace_back();
    const std::string state = fmt::format("{} for {}", sink.state, span_of(sink.since_s));
    const std::string margin = padded("", kHead);
    lines.push_back(fmt::format(
        "{} {}{}{}", padded(sink.name, kHead - 1), painted(state, health_of(sink), style.colours),
        sink.muted ? ", MUTED" : "",
        sink.codec.empty() ? "" : fmt::format(", {}, bitpool {}", sink.codec, sink.bitpool)));
    lines.push_back(fmt::format("{}{}latency {:.1f} ms {}, delay {:.1f} ms", margin,
                                link_of(sink, style), sink.latency_ms, sink.latency_origin,
                                sink.delay_ms));
    lines.push_back(fmt::format("{}lost {} in the last minute, {} of {} in all", margin,
                                sink.dropped_last_minute, sink.packets_dropped,
                                sink.packets_sent + sink.packets_dropped));
    if (sink.reason != ReasonCode::none)
        append_sentence(lines, sink.detail, health_of(sink), kHead, columns, style.colours);
}

std::string strip_line(const char* name, const std::deque<double>& values, double least,
                       const char* unit, int columns, Glyphs glyphs) {
    double most = least;
    for (const double value : values)
        most = std::max(most, value);
    const std::string newest =
        values.empty() || values.back() < 0 ? "-" : fmt::format("{:.2f} {}", values.back(), unit);
    const std::string scale = fmt::format(" of {:.0f} {}", most, unit);
    const std::string head = padded(name, kHead) + padded(newest, 11) + ' ';
    const int width = columns - display_width(head) - display_width(scale);
    if (width < kNarrowestStrip) return padded(name, kHead) + newest;
    return head + strip(values, most, width, glyphs) + scale;
}

}  // namespace

void WatchHistory::note(const BridgeStatus& status) {
    skews_ms_.push_back(status.skew_ms.value_or(-1));
    jitters_us_.push_back(status.timeline.jitter_us);
    if (skews_ms_.size() <= kMost) return;
    skews_ms_.pop_front();
    jitters_us_.pop_front();
}

std::string bar(double part, int width, Glyphs glyphs) {
    const auto full = static_cast<int>(std::lround(std::clamp(part, 0.0, 1.0) * width));
    std::string text;
    for (int i = 0; i < width; ++i) {
        if (glyphs == Glyphs::blocks)
            text += i < full ? "█" : "░";
        else
            text += i < full ? '#' : '.';
    }
    return text;
}

std::string strip(const std::deque<double>& values, double most, int width, Glyphs glyphs) {
    const auto room = static_cast<std::size_t>(std::max(width, 0));
    const std::size_t shown = std::min(values.size(), room);
    std::string text(room - shown, ' ');
    for (std::size_t i = values.size() - shown; i < values.size(); ++i) {
        const double part = std::clamp(values[i] / most, 0.0, 1.0);
        const auto height = [&](std::size_t steps) {  // a value is always visible
            return values[i] < 0
                       ? std::size_t{0}
                       : std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(
                                                      part * static_cast<double>(steps - 1))));
        };
        text += glyphs == Glyphs::blocks ? kHeights[height(kHeights.size())]
                                         : kAsciiHeights[height(kAsciiHeights.size())];
    }
    return text;
}

std::string watch_screen(const BridgeStatus& status, const WatchHistory& history, ScreenSize size,
                         ScreenStyle style) {
    const Verdict verdict = verdict_of(status);
    Lines lines{fmt::format("Tandem {}, up {}: {}", status.version, span_of(status.uptime_s),
                            status.summary)};
    append_sentence(lines, verdict.sentence, verdict.health, 0, size.columns, style.colours);
    lines.emplace_back();
    append_input(lines, status, size, style);
    for (const auto& sink : status.sinks)
        append_sink(lines, sink, size.columns, style);
    lines.emplace_back();
    lines.push_back(
        strip_line("skew", history.skews_ms(), kLeastSkewMs, "ms", size.columns, style.glyphs));
    lines.push_back(strip_line("jitter", history.jitters_us(), kLeastJitterUs, "us", size.columns,
                               style.glyphs));
    lines.emplace_back("q ends this view");
    lines.resize(std::min(lines.size(), static_cast<std::size_t>(std::max(size.rows, 1))));
    std::string text;
    for (const auto& line : lines)
        text += shortened(line, size.columns) + '\n';
    return text;
}

std::string drawn_over(const std::string& screen, int rows) {
    std::string output = kHome;
    std::istringstream lines{screen};
    int left = rows;
    for (std::string line; left > 0 && std::getline(lines, line); --left)
        output += std::string(kClearLine) + line + "\r\n";
    return output + kClearBelow;
}

}  // namespace tandem
