// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "content.hpp"
#include "punctuality.hpp"
#include "skew.hpp"
#include "statistics.hpp"

namespace lab {

namespace {

using namespace std::chrono_literals;

constexpr Time kSettling = 1s;     // the first second of a stream is not judged
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

// What a speaker heard of the noise.
struct Content {
    std::vector<Heard> heard;
    Likeness likeness;
    int jumps{};
    std::int64_t frames_jumped{};
    int unmatched{};  // packets amid the noise that hold something else

    // The next packet that holds noise; `between` others came since the last one, `expected` is
    // where its content was to continue.
    void add(const Heard& packet, int between, std::int64_t expected) {
        const bool follows = !heard.empty() && heard.back().session == packet.session;
        if (follows) unmatched += between;
        if (follows && std::abs(packet.position - expected) > kJump) {
            ++jumps;
            frames_jumped += std::abs(packet.position - expected);
        }
        heard.push_back(packet);
    }
};

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

// Content is judged a second after it began; the last second of noise may be cut by the end of the
// recording.
Content follow(const SpeakerTrace& trace, const Decoded& decoded, const Sound& played,
               const AuxClock& aux) {
    const Locator locator{played};
    Follower follower{locator, aux, decoded};
    Content content;
    const Time from = aux.time_of(0) + kSettling;
    const Time to = aux.time_of(static_cast<double>(played.frames()));
    int between = 0;
    std::size_t last = 0;  // packet that was heard
    std::int64_t rtp = 0;  // without wrapping, in this session
    for (std::size_t i = 0; i < trace.packets.size(); ++i) {
        const MediaPacket& packet = trace.packets[i];
        const bool first = i == 0 || trace.packets[i - 1].session != packet.session;
        rtp = first ? packet.timestamp
                    : rtp + static_cast<std::int32_t>(packet.timestamp -
                                                      trace.packets[i - 1].timestamp);
        if (packet.arrival < from || packet.arrival > to) continue;
        const auto position = follower.find(i, packet.arrival);
        if (!position) {
            ++between;
            continue;
        }
        const auto count = static_cast<std::int64_t>(decoded.count(i));
        const std::int64_t expected =
            content.heard.empty()
                ? *position
                : content.heard.back().position +
                      static_cast<std::int64_t>(decoded.starts[i] - decoded.starts[last]);
        content.add({packet.arrival, *position, count, rtp, packet.session, {}}, between, expected);
        content.likeness.add(decoded, decoded.starts[i], count, played, *position);
        between = 0;
        last = i;
    }
    follow_cadence(content.heard, played.rate);
    return content;
}

}  // namespace

SpeakerResult analyse(const SpeakerTrace& trace, const Sound& played, const AuxClock& aux) {
    const Decoded decoded = decode(trace.packets);
    if (decoded.rate != played.rate) {
        throw std::runtime_error(trace.address + " is sent " + std::to_string(decoded.rate) +
                                 " Hz and the noise has " + std::to_string(played.rate) +
                                 " Hz: play noise of the stream's rate");
    }
    Content content = follow(trace, decoded, played, aux);
    const Sequence sequence = check_sequence(trace.packets, decoded);
    Figures out{
        {"packets", double(trace.packets.size())},
        {"sessions", double(trace.packets.back().session - trace.packets.front().session + 1)},
        {"sequence_gaps", double(sequence.gaps)},
        {"packets_lost", double(sequence.lost)},
        {"timestamp_errors", double(sequence.timestamp_errors)},
        {"bad_packets", double(decoded.bad_packets)},
        {"packets_heard", double(content.heard.size())},
        {"heard_s", seconds_heard(content.heard, played.rate)},
        {"last_session_s", seconds_of_last_session(trace.packets)},
        {"packets_unmatched", double(content.unmatched)},
        {"jumps", double(content.jumps)},
        {"frames_jumped", double(content.frames_jumped)}};
    add_latency(content.heard, aux, out);
    add_pacing(content.heard, played.rate, out);
    if (!content.heard.empty()) {
        for (std::size_t c = 0; c < 2; ++c) {
            const std::string channel = c == 0 ? "left" : "right";
            out.emplace_back("snr_" + channel + "_db", content.likeness.snr_db(c));
            out.emplace_back("gain_" + channel + "_db", content.likeness.gain_db(c));
        }
    }
    return {decoded.codec, std::move(out), std::move(content.heard)};
}

}  // namespace lab
