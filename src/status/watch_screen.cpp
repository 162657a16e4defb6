// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/status/watch_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

namespace tandem {
namespace {

constexpr int kHead = 8;            // columns of what stands in front
constexpr double kFloorDbfs = -60;  // where a level's bar begins
constexpr double kHotDbfs = -3;     // from here on a level is near clipping
constexpr double kLeastSkewMs = 1;  // the strips' scales begin with these
constexpr double kLeastJitterUs = 100;

constexpr std::array<std::string_view, 9> kHeights{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 5> kAsciiHeights{" ", "_", "-", "=", "#"};

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

void append_input(Lines& lines, const BridgeStatus& status, ScreenSize size,
                  const ScreenStyle& style) {
    const auto& capture = status.capture;
    const bool runs = capture.state == "running";
    lines.push_back(
        fmt::format("{:<{}}{}: {}", "input", kHead, input_of(capture),
                    painted(capture.state, runs ? Health::well : Health::trouble, style.colours)));
    if (!capture.reason.empty())
        lines.push_back(fmt::format("{:<{}}{}: {}", "", kHead, capture.reason, capture.detail));
    lines.push_back(
        meter("L", capture.level_left_dbfs, capture.rms_left_dbfs, size.columns, style));
    lines.push_back(
        meter("R", capture.level_right_dbfs, capture.rms_right_dbfs, size.columns, style));
    lines.push_back(fmt::format("{:<{}}{}; {} xruns", "", kHead, sound_of(capture), capture.xruns));
    lines.push_back(fmt::format("{:<{}}{}, {:+.1f} ppm; engine {}", "clock", kHead,
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

void append_sink(Lines& lines, const SinkStatus& sink, const ScreenStyle& style) {
    lines.emplace_back();
    const std::string state = fmt::format("{} for {}", sink.state, span_of(sink.since_s));
    lines.push_back(fmt::format(
        "{:<{}} {}{}{}", sink.name, kHead - 1, painted(state, health_of(sink), style.colours),
        sink.muted ? ", MUTED" : "",
        sink.codec.empty() ? "" : fmt::format(", {}, bitpool {}", sink.codec, sink.bitpool)));
    lines.push_back(fmt::format("{:<{}}{}latency {:.1f} ms {}, delay {:.1f} ms", "", kHead,
                                link_of(sink, style), sink.latency_ms, sink.latency_origin,
                                sink.delay_ms));
    lines.push_back(fmt::format("{:<{}}lost {} in the last minute, {} of {} in all", "", kHead,
                                sink.dropped_last_minute, sink.packets_dropped,
                                sink.packets_sent + sink.packets_dropped));
    if (sink.reason != ReasonCode::none)
        lines.push_back(fmt::format("{:<{}}{}", "", kHead,
                                    painted(sink.detail, health_of(sink), style.colours)));
}

std::string strip_line(const char* name, const std::deque<double>& values, double least,
                       const char* unit, int columns, Glyphs glyphs) {
    double most = least;
    for (const double value : values)
        most = std::max(most, value);
    const std::string newest =
        values.empty() || values.back() < 0 ? "-" : fmt::format("{:.2f} {}", values.back(), unit);
    const std::string scale = fmt::format(" of {:.3g} {}", most, unit);
    const int width = std::max(0, columns - kHead - 12 - static_cast<int>(scale.size()));
    return fmt::format("{:<{}}{:<11} {}{}", name, kHead, newest, strip(values, most, width, glyphs),
                       scale);
}

bool begins_character(char octet) {
    return (static_cast<unsigned char>(octet) & 0xC0) != 0x80;
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
        const auto height = [&](std::size_t steps) {  // what is there is seen
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

std::string cut_off(const std::string& line, int columns) {
    std::string text;
    int used = 0;
    for (std::size_t at = 0; at < line.size();) {
        std::size_t end = at + 1;
        const bool colour = line[at] == '\x1b';
        if (colour) {
            end = std::min(line.find('m', at), line.size() - 1) + 1;
        } else {
            while (end < line.size() && !begins_character(line[end]))
                ++end;
            ++used;
        }
        if (colour || used <= columns) text += line.substr(at, end - at);
        at = end;
    }
    return text;
}

std::string watch_screen(const BridgeStatus& status, const WatchHistory& history, ScreenSize size,
                         ScreenStyle style) {
    const Verdict verdict = verdict_of(status);
    Lines lines{
        fmt::format("Tandem {}, up {}: {}", status.version, span_of(status.uptime_s),
                    status.summary),
        painted(verdict.sentence, verdict.health, style.colours),
        "",
    };
    append_input(lines, status, size, style);
    for (const auto& sink : status.sinks)
        append_sink(lines, sink, style);
    lines.emplace_back();
    lines.push_back(
        strip_line("skew", history.skews_ms(), kLeastSkewMs, "ms", size.columns, style.glyphs));
    lines.push_back(strip_line("jitter", history.jitters_us(), kLeastJitterUs, "us", size.columns,
                               style.glyphs));
    lines.emplace_back("q ends this view");
    lines.resize(std::min(lines.size(), static_cast<std::size_t>(std::max(size.rows, 1))));
    std::string text;
    for (const auto& line : lines)
        text += cut_off(line, size.columns) + '\n';
    return text;
}

}  // namespace tandem
