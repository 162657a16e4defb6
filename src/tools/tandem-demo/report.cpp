// SPDX-License-Identifier: GPL-3.0-or-later
#include "report.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "analysis.hpp"
#include "picture.hpp"
#include "tandem/status/status.hpp"

namespace tandem::demo {
namespace {

void write_file(const std::string& path, const std::string& content) {
    std::ofstream file(path, std::ios::binary);
    file << content << std::flush;
    if (!file) throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
}

BridgeStatus read_status(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot open " + path + ": " + std::strerror(errno));
    return status_from_json({std::istreambuf_iterator<char>(file), {}});
}

std::string skew_lines(const Comparison& comparison) {
    return fmt::format(
        "Skew between the speakers  median {:+.3f} ms, p1 {:+.3f} ms, p99 {:+.3f} ms"
        " (above zero: right later)\n"
        "Compared                   {:.1f} s, {} of {} windows usable, likeness {:.2f} of 1\n",
        comparison.skew_ms.median, comparison.skew_ms.p1, comparison.skew_ms.p99,
        comparison.end_s - comparison.begin_s, comparison.skew.size(), comparison.windows,
        comparison.alike);
}

std::string gap_lines(const Comparison& comparison) {
    return fmt::format("Gaps in the sound          left {} ({:.0f} ms), right {} ({:.0f} ms)\n",
                       comparison.gaps_left, comparison.silent_left_ms, comparison.gaps_right,
                       comparison.silent_right_ms);
}

std::string continuity_line(std::string_view name, const WavAudio& output, const WavAudio& input) {
    const Continuity found = follow_input(output, input);
    return fmt::format("{:<26} likeness {:.2f} of 1, {} jumps\n",
                       fmt::format("Against the input, {}", name), found.alike, found.jumps);
}

std::string status_lines(const BridgeStatus& status) {
    std::string lines;
    for (const SinkStatus& sink : status.sinks) {
        lines += fmt::format(
            "{:<26} {:.1f} ms from aux to ear: source {:.1f} + delay {:.1f} + speaker {:.1f}\n",
            fmt::format("Latency, {}", sink.name),
            sink.source_latency_ms + sink.delay_ms + sink.latency_ms, sink.source_latency_ms,
            sink.delay_ms, sink.latency_ms);
    }
    for (const SinkStatus& sink : status.sinks) {
        lines += fmt::format("{:<26} {} sent, {} dropped; {} bitpool {}\n",
                             fmt::format("Packets, {}", sink.name), sink.packets_sent,
                             sink.packets_dropped, sink.codec, sink.bitpool);
    }
    lines += fmt::format(
        "Capture                    {} xruns, {} frames lost; clock {:+.1f} ppm, "
        "jitter {:.0f} us\n",
        status.capture.xruns, status.capture.frames_lost, status.timeline.rate_ppm,
        status.timeline.jitter_us);
    return lines;
}

}  // namespace

std::string write_report(const ReportFiles& files) {
    const WavAudio left = load_wav(files.left);
    const WavAudio right = load_wav(files.right);
    const Comparison comparison = compare(left, right);
    std::string report = skew_lines(comparison);
    if (!files.status.empty()) report += status_lines(read_status(files.status));
    report += gap_lines(comparison);
    if (!files.input.empty()) {
        const WavAudio input = load_wav(files.input);
        report += continuity_line("left", left, input);
        report += continuity_line("right", right, input);
    }
    write_file(files.out + "/report.txt", report);
    write_file(files.out + "/picture.svg", draw_picture(left, right, comparison));
    return report;
}

}  // namespace tandem::demo
