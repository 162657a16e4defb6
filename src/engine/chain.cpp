// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/engine/chain.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace tandem {
namespace {

constexpr std::size_t kLongestSbcFrame = 128;
// When to look again for frames that should have been captured by now.
constexpr Duration kNotCaptured = std::chrono::milliseconds{1};
constexpr int kTones = 3;
// Of a packet in the average of how late they leave: some seconds of packets.
constexpr double kLateShare = 1.0 / 256;

}  // namespace

Chain::Chain(const ChainSettings& settings, const PcmHistory& history, FrameCache& cache,
             std::unique_ptr<Link> link)
    : history_(history),
      cache_(cache),
      delay_line_(history, settings.sbc.rate, settings.delay),
      tones_(settings.sbc.rate, ClickSound::tone),
      strip_(settings.role, settings.gain_db),
      encoder_(settings.sbc),
      packetizer_(settings.ssrc),
      link_(std::move(link)),
      settings_(settings),
      packet_length_(settings.sbc.frame_length() * settings.frames_per_packet),
      wanted_bitpool_(settings.sbc.bitpool) {}

void Chain::start_at(Position captured) noexcept {
    // The first packet of the cadence that is not complete yet: no burst of old ones.
    const std::int64_t length = packet_length_.count;
    const std::int64_t packets = (captured - Position{0} - settings_.phase).count / length;
    next_ = Position{0} + settings_.phase + packet_length_ * packets;
}

void Chain::skip_what_is_too_late(const Timeline& timeline, Time now) noexcept {
    const Duration late = now - (timeline.time_of(next_ + packet_length_) + settings_.guard);
    const Duration packet = duration_of(packet_length_, settings_.sbc.rate);
    if (late <= packet * settings_.most_late_packets) return;
    const std::int64_t packets = late / packet;
    packetizer_.skip(packets);
    encoded_ = 0;
    next_ += packet_length_ * packets;
    skipped_ += static_cast<std::uint64_t>(packets);
}

// Frames are encoded as soon as they are captured, so that little is left to do when the packet is
// due.
void Chain::encode_captured() noexcept {
    const Frames length = settings_.sbc.frame_length();
    for (; encoded_ < settings_.frames_per_packet; ++encoded_) {
        const Position at = next_ + length * encoded_;
        if (delay_line_.needed(at + length) > history_.end()) return;
        if (encoded_ == 0) begin_packet();
        if (history_.depth() == Depth::positions) {
            write_place(at);
        } else if (!copy_frame(at)) {
            encode_frame(at);
        }
    }
}

void Chain::begin_packet() noexcept {
    packetizer_.begin(next_);
    if (settings_.sbc.bitpool == wanted_bitpool_) return;
    settings_.sbc.bitpool = wanted_bitpool_;
    encoder_.set_bitpool(wanted_bitpool_);
}

// Without samples: in place of an SBC frame, where in the stream its first sample stands, so that
// a simulation knows what it hears.
void Chain::write_place(Position at) noexcept {
    const FineFrames place = FineFrames(at - Position{0}) - delay_line_.present();
    std::memcpy(packetizer_.room().data(), &place.count, sizeof place.count);
    packetizer_.commit(sizeof place.count);
    if (delay_line_.motion() == DelayLine::Motion::at_rest) return;
    std::array<StereoFrame, kLongestSbcFrame> silence;  // read all the same: it moves the place
    const auto length = static_cast<std::size_t>(settings_.sbc.frame_length().count);
    delay_line_.read(at, std::span(silence).first(length));
}

FrameKey Chain::key_of(Position at) const noexcept {
    return {at, settings_.sbc, settings_.role, settings_.gain_db, delay_line_.delay()};
}

void Chain::identify() noexcept {
    const Position next = next_.frames < 0 ? history_.end() : next_;
    tones_.start(next + settings_.sbc.frame_length() * encoded_, kTones);
}

// Octets depend on nothing but the key only while no slew, cross-fade, ramp, limiter or tone is at
// work.
bool Chain::may_share(Position at) const noexcept {
    return at >= tones_.end() && delay_line_.motion() == DelayLine::Motion::at_rest &&
           strip_.at_rest() && settings_.gain_db <= 0;
}

bool Chain::copy_frame(Position at) noexcept {
    if (!may_share(at)) return false;
    const auto octets = cache_.find(key_of(at));
    if (octets.empty()) return false;
    std::copy(octets.begin(), octets.end(), packetizer_.room().begin());
    packetizer_.commit(octets.size());
    ++shared_;
    return true;
}

void Chain::encode_frame(Position at) noexcept {
    const Frames length = settings_.sbc.frame_length();
    std::array<StereoFrame, kLongestSbcFrame> buffer;
    const auto pcm = std::span(buffer).first(static_cast<std::size_t>(length.count));
    if (encoder_at_ != at) {
        // Frames were copied or skipped: the encoder's filter is to remember what came before.
        delay_line_.recall(at - length, pcm);
        tones_.mix(at - length, pcm);
        strip_.process(pcm);
        (void)encoder_.encode(pcm, packetizer_.room());
    }
    const bool share = may_share(at);
    delay_line_.read(at, pcm);
    tones_.mix(at, pcm);
    strip_.process(pcm);
    const auto octets = packetizer_.room().first(encoder_.encode(pcm, packetizer_.room()));
    if (share) cache_.store(key_of(at), octets);
    packetizer_.commit(octets.size());
    encoder_at_ = at + length;
}

void Chain::send_packet() noexcept {
    next_ += packet_length_;
    encoded_ = 0;
    // What becomes of the packet is in the link's counters.
    (void)link_->send(packetizer_.finish());
}

void Chain::note_progress(Time now) noexcept {
    const LinkCounters counters = link_->counters();
    if (counters.queued == 0 || counters.sent != left_) moved_at_ = now;
    left_ = counters.sent;
    blocked_ = now - moved_at_;
}

void Chain::note_late(Duration late) noexcept {
    late_ns_ += (static_cast<double>(late.count()) - late_ns_) * kLateShare;
}

Time Chain::service(const Timeline& timeline, Time now) noexcept {
    if (!timeline.started()) return Time::max();
    if (next_.frames < 0) start_at(history_.end());
    (void)link_->flush();
    skip_what_is_too_late(timeline, now);
    note_progress(now);
    for (;;) {
        encode_captured();
        const Time due = timeline.time_of(next_ + packet_length_) + settings_.guard;
        if (now < due) return due;
        if (encoded_ < settings_.frames_per_packet) return now + kNotCaptured;
        note_late(now - due);
        send_packet();
    }
}

ChainCounters Chain::counters() const noexcept {
    return {.link = link_->counters(),
            .skipped = skipped_,
            .link_error = link_->error(),
            .shared = shared_,
            .blocked = blocked_,
            .to_go = delay_line_.delay() - delay_line_.present(),
            .late = Duration{static_cast<std::int64_t>(late_ns_)}};
}

}  // namespace tandem
