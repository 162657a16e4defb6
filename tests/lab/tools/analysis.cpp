// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "decode.hpp"
#include "locate.hpp"
#include "statistics.hpp"

namespace lab {

namespace {

using namespace std::chrono_literals;

constexpr Time kSettling = 1s;          // the first second of a stream is not judged
constexpr Time kLongestLatency = 3s;    // further back nobody looks for a packet's content
constexpr std::int64_t kStretch = 512;  // frames that are compared at least
constexpr std::int64_t kReach =
    8;  // a delay that is being slewed moves a packet's content by a few frames
constexpr std::int64_t kJump = 4;  // more than slewing at 0.2 % does to the longest packet

double ms(Time time) {
    return std::chrono::duration<double, std::milli>{time}.count();
}

// Packets whose numbers do not follow, once a session has run for a second.
struct Sequence {
    int gaps{};
    int lost{};
    int timestamp_errors{};
};

Sequence check_sequence(const std::vector<MediaPacket>& packets, const Decoded& decoded) {
    Sequence result;
    Time begin{};
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const MediaPacket& now = packets[i];
        if (i == 0 || packets[i - 1].session != now.session) begin = now.arrival;
        if (now.arrival < begin + kSettling) continue;
        const MediaPacket& before = packets[i - 1];
        const int missing = static_cast<std::uint16_t>(now.sequence - before.sequence - 1);
        if (missing != 0) {
            ++result.gaps;
            result.lost += missing;
        } else if (now.timestamp - before.timestamp != decoded.count(i - 1)) {
            ++result.timestamp_errors;
        }
    }
    return result;
}

// Follows the content from packet to packet.
class Follower {
  public:
    Follower(const Locator& locator, const AuxClock& aux, const Decoded& decoded)
        : locator_{locator}, aux_{aux}, decoded_{decoded} {
        mix_.reserve(decoded.left.size());
        for (std::size_t i = 0; i < decoded.left.size(); ++i)
            mix_.push_back(decoded.left[i] + decoded.right[i]);
    }

    // Where this packet's content begins in the noise; nothing when it is something else.
    std::optional<std::int64_t> find(std::size_t packet, Time arrival) {
        const auto start = static_cast<std::int64_t>(decoded_.starts[packet]);
        const auto stretch = stretch_at(decoded_.starts[packet], decoded_.count(packet));
        if (silent(stretch)) return std::nullopt;
        std::optional<std::int64_t> found;
        if (on_track_) found = locator_.near(stretch, start + offset_, kReach);
        if (!found) {
            const auto last = static_cast<std::int64_t>(aux_.frame_at(arrival));
            const auto first = static_cast<std::int64_t>(aux_.frame_at(arrival - kLongestLatency));
            found = locator_.between(stretch, first, last);
        }
        on_track_ = on_track_ || found.has_value();
        if (found) offset_ = *found - start;
        return found;
    }

  private:
    // The packet's own frames, or as many from its start on as a comparison needs.
    std::span<const float> stretch_at(std::size_t start, std::size_t count) const {
        const std::size_t size = std::max<std::size_t>(count, kStretch);
        return std::span{mix_}.subspan(start, std::min(size, mix_.size() - start));
    }
    bool silent(std::span<const float> stretch) const {
        double sum = 0;
        for (const float value : stretch)
            sum += double{value} * value;
        constexpr double kQuiet =
            0.02;  // of the noise's level, so that a gain of -30 dB still counts
        return stretch.empty() ||
               std::sqrt(sum / static_cast<double>(stretch.size())) < kQuiet * locator_.rms();
    }

    const Locator& locator_;
    const AuxClock& aux_;
    const Decoded& decoded_;
    std::vector<float> mix_;
    bool on_track_{};
    std::int64_t offset_{};  // noise position minus decoded position, as found last
};

// How well the decoded channels agree with those of the noise.
class Likeness {
  public:
    void add(const Decoded& decoded, std::size_t start, const Heard& heard, const Sound& played) {
        const std::int64_t end = std::min(heard.count, played.frames() - heard.position);
        for (std::int64_t i = std::max<std::int64_t>(0, -heard.position); i < end; ++i) {
            const auto at = static_cast<std::size_t>(2 * (heard.position + i));
            const std::array<double, 2> in{double(played.samples[at]),
                                           double(played.samples[at + 1])};
            const auto from = start + static_cast<std::size_t>(i);
            const std::array<double, 2> out{decoded.left[from], decoded.right[from]};
            for (std::size_t c = 0; c < 2; ++c) {
                in_in_[c] += in[c] * in[c];
                out_out_[c] += out[c] * out[c];
                in_out_[c] += in[c] * out[c];
            }
        }
    }
    // Signal to everything else, in dB, of a channel against its own channel of the noise.
    [[nodiscard]] double snr_db(std::size_t channel) const {
        const double energy = in_in_[channel] * out_out_[channel];
        const double rho2 = energy > 0 ? in_out_[channel] * in_out_[channel] / energy : 0;
        return 10 * std::log10(std::max(rho2, 1e-6) / std::max(1 - rho2, 1e-6));
    }
    [[nodiscard]] double gain_db(std::size_t channel) const {
        return in_in_[channel] > 0
                   ? 10 * std::log10(std::max(out_out_[channel] / in_in_[channel], 1e-9))
                   : 0;
    }

  private:
    std::array<double, 2> in_in_{};
    std::array<double, 2> out_out_{};
    std::array<double, 2> in_out_{};
};

struct Jumps {
    int count{};
    std::int64_t frames{};
    int unmatched{};  // packets amid the noise that hold something else
};

// Deviation of the arrivals from an even beat: the line through (RTP time, arrival) of each
// session.
void add_pacing(const std::vector<MediaPacket>& packets, const std::vector<std::size_t>& judged,
                int rate, Figures& out) {
    std::vector<double> deviations;
    for (std::size_t from = 0; from < judged.size();) {
        std::vector<std::pair<double, double>> points;
        const MediaPacket& first = packets[judged[from]];
        std::size_t to = from;
        for (; to < judged.size() && packets[judged[to]].session == first.session; ++to) {
            const MediaPacket& packet = packets[judged[to]];
            const auto ticks = static_cast<std::int32_t>(packet.timestamp - first.timestamp);
            points.emplace_back(1000.0 * ticks / rate, ms(packet.arrival - first.arrival));
        }
        const Line line = fit_line(points);
        for (const auto& [x, y] : points)
            deviations.push_back(y - line.at(x));
        from = to;
    }
    double sum = 0;
    double worst = 0;
    for (const double value : deviations) {
        sum += value * value;
        worst = std::max(worst, std::abs(value));
    }
    if (deviations.empty()) return;
    out.emplace_back("pacing_rms_ms", std::sqrt(sum / static_cast<double>(deviations.size())));
    out.emplace_back("pacing_worst_ms", worst);
}

void add_latency(const std::vector<Heard>& heard, const AuxClock& aux, Figures& out) {
    std::vector<double> oldest;
    std::vector<double> newest;
    for (const Heard& packet : heard) {
        oldest.push_back(ms(packet.arrival - aux.time_of(static_cast<double>(packet.position))));
        newest.push_back(
            ms(packet.arrival - aux.time_of(static_cast<double>(packet.position + packet.count))));
    }
    if (heard.empty()) return;
    out.emplace_back("latency_p50_ms", percentile(oldest, 0.5));
    out.emplace_back("latency_p99_ms", percentile(oldest, 0.99));
    out.emplace_back("latency_worst_ms", percentile(oldest, 1));
    out.emplace_back("newest_latency_p50_ms", percentile(newest, 0.5));
}

double seconds_heard(const std::vector<Heard>& heard, int rate) {
    std::int64_t frames = 0;
    for (const Heard& packet : heard)
        frames += packet.count;
    return static_cast<double>(frames) / rate;
}

double seconds_of_last_session(const std::vector<MediaPacket>& packets) {
    const auto first = std::ranges::find(packets, packets.back().session, &MediaPacket::session);
    return ms(packets.back().arrival - first->arrival) / 1000;
}

}  // namespace

SpeakerResult analyse(const SpeakerTrace& trace, const Sound& played, const AuxClock& aux) {
    const Decoded decoded = decode(trace.packets);
    if (decoded.rate != played.rate) {
        throw std::runtime_error(trace.address + " is sent " + std::to_string(decoded.rate) +
                                 " Hz and the noise has " + std::to_string(played.rate) +
                                 " Hz: play noise of the stream's rate");
    }
    const Locator locator{played};
    Follower follower{locator, aux, decoded};
    SpeakerResult result;
    result.codec = decoded.codec;
    Likeness likeness;
    Jumps jumps;
    int since_heard = 0;
    std::vector<std::size_t> judged;
    std::size_t last_packet = 0;
    // Content is judged a second after it began; the last second of noise may be cut by the end of
    // the recording.
    const Time from = aux.time_of(0) + kSettling;
    const Time to = aux.time_of(static_cast<double>(played.frames()));
    for (std::size_t i = 0; i < trace.packets.size(); ++i) {
        const MediaPacket& packet = trace.packets[i];
        if (packet.arrival < from || packet.arrival > to) continue;
        const auto position = follower.find(i, packet.arrival);
        if (!position) {
            ++since_heard;
            continue;
        }
        const Heard heard{packet.arrival, *position, static_cast<std::int64_t>(decoded.count(i))};
        const bool follows =
            !result.heard.empty() && trace.packets[last_packet].session == packet.session;
        if (follows) {
            const auto expected =
                result.heard.back().position +
                static_cast<std::int64_t>(decoded.starts[i] - decoded.starts[last_packet]);
            if (std::abs(heard.position - expected) > kJump) {
                ++jumps.count;
                jumps.frames += std::abs(heard.position - expected);
            }
            jumps.unmatched += since_heard;
        }
        since_heard = 0;
        last_packet = i;
        judged.push_back(i);
        likeness.add(decoded, decoded.starts[i], heard, played);
        result.heard.push_back(heard);
    }
    const Sequence sequence = check_sequence(trace.packets, decoded);
    Figures& out = result.figures;
    out = {{"packets", double(trace.packets.size())},
           {"sessions", double(trace.packets.back().session - trace.packets.front().session + 1)},
           {"sequence_gaps", double(sequence.gaps)},
           {"packets_lost", double(sequence.lost)},
           {"timestamp_errors", double(sequence.timestamp_errors)},
           {"bad_packets", double(decoded.bad_packets)},
           {"packets_heard", double(result.heard.size())},
           {"heard_s", seconds_heard(result.heard, played.rate)},
           {"last_session_s", seconds_of_last_session(trace.packets)},
           {"packets_unmatched", double(jumps.unmatched)},
           {"jumps", double(jumps.count)},
           {"frames_jumped", double(jumps.frames)}};
    add_latency(result.heard, aux, out);
    add_pacing(trace.packets, judged, played.rate, out);
    if (!result.heard.empty()) {
        for (std::size_t c = 0; c < 2; ++c) {
            const std::string channel = c == 0 ? "left" : "right";
            out.emplace_back("snr_" + channel + "_db", likeness.snr_db(c));
            out.emplace_back("gain_" + channel + "_db", likeness.gain_db(c));
        }
    }
    return result;
}

Figures skew(const SpeakerResult& one, const SpeakerResult& other, int rate) {
    std::vector<double> differences;
    std::size_t at = 0;
    for (const Heard& packet : other.heard) {
        while (at < one.heard.size() &&
               one.heard[at].position + one.heard[at].count <= packet.position)
            ++at;
        if (at == one.heard.size()) break;
        const Heard& holder = one.heard[at];
        if (holder.position > packet.position) continue;
        const double into_ms =
            1000.0 * static_cast<double>(packet.position - holder.position) / rate;
        differences.push_back(ms(packet.arrival - holder.arrival) - into_ms);
    }
    if (differences.empty()) return {};
    return {{"p1_ms", percentile(differences, 0.01)},
            {"median_ms", percentile(differences, 0.5)},
            {"p99_ms", percentile(differences, 0.99)}};
}

}  // namespace lab
