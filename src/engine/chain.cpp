// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/engine/chain.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "tandem/a2dp/airtime.hpp"

namespace tandem {
namespace {

constexpr std::size_t kLongestSbcFrame = 128;
// When to look again for frames that should have been captured by now.
constexpr Duration kNotCaptured = std::chrono::milliseconds{1};
// When to try a link again that took nothing.
constexpr Duration kBlocked = std::chrono::milliseconds{3};
// And one that has taken nothing for so long: a speaker that is out of reach stays so for seconds.
constexpr Duration kShut = std::chrono::milliseconds{250};
constexpr Duration kShutRetry = std::chrono::milliseconds{10};
// What has been in the controller for less arrives, as far as is known: so it is while a link
// catches up.
constexpr Duration kStuck = std::chrono::milliseconds{40};
// A chain that is later than so many packets catches up.
constexpr int kCatchingUp = 2;
// When to look again whether a new connection is calm.
constexpr Duration kNotCalm = std::chrono::milliseconds{10};
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
      air_time_(air_time_with(settings.sbc.bitpool)),
      wanted_bitpool_(settings.sbc.bitpool),
      frames_now_(settings.frames_per_packet) {}

bool Chain::may_start(Time now) noexcept {
    return !settings_.new_connection || calm_.came(link_->completed(), now);
}

void Chain::start_at(Position captured) noexcept {
    // The first packet of the cadence that is not complete yet: no burst of old ones.
    const std::int64_t length = packet_length_.count;
    const std::int64_t packets = (captured - Position{0} - settings_.phase).count / length;
    next_ = Position{0} + settings_.phase + packet_length_ * packets;
}

// Frames are encoded as soon as they are captured, so that little is left to do when the packet is
// due.
void Chain::encode_captured() noexcept {
    const Frames length = settings_.sbc.frame_length();
    for (; encoded_ < frames_now_; ++encoded_) {
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

// While a link that was short of air catches up, two thirds of the bits carry the same sound.
int Chain::bitpool_now() const noexcept {
    const bool short_of_air =
        air_is_short_ && late_ > duration_of(packet_length_ * kCatchingUp, settings_.sbc.rate);
    return short_of_air ? std::max(settings_.sbc.min_bitpool, wanted_bitpool_ * 2 / 3)
                        : wanted_bitpool_;
}

Duration Chain::air_time_with(int bitpool) const noexcept {
    SbcConfig sbc = settings_.sbc;
    sbc.bitpool = bitpool;
    const auto frames = static_cast<std::size_t>(settings_.frames_per_packet);
    return air_time(kMediaHeaderBytes + frames * sbc.frame_bytes());
}

void Chain::set_bitpool(int bitpool) noexcept {
    wanted_bitpool_ = bitpool;
    air_saved_ = air_time_ - air_time_with(bitpool);
}

void Chain::begin_packet() noexcept {
    packetizer_.begin(next_);
    const int bitpool = bitpool_now();
    if (settings_.sbc.bitpool == bitpool) return;
    settings_.sbc.bitpool = bitpool;
    encoder_.set_bitpool(bitpool);
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

// How many lead from the next packet's first frame to the next beat of the cadence: all, on a beat.
int Chain::frames_to_beat() const noexcept {
    const std::int64_t length = packet_length_.count;
    const std::int64_t into =
        ((next_ - Position{0} - settings_.phase).count % length + length) % length;
    return static_cast<int>((length - into) / settings_.sbc.frame_length().count);
}

// To the next SBC frame that can sound in time. A whole packet comes first, since a speaker that
// has run dry would be through with a short one before the next arrives; a packet of fewer frames
// follows and leads back to the cadence.
void Chain::leave_out(Duration excess) noexcept {
    const std::int64_t each = settings_.sbc.frame_length().count;
    const std::int64_t frames = (frames_in(excess, settings_.sbc.rate).count + each - 1) / each;
    if (frames <= 0) return;
    const std::int64_t whole = packet_length_.count / each;
    const std::int64_t packets = (frames + whole - 1) / whole;
    // A packet that was complete has a sequence number already.
    packetizer_.skip(packets - (ready_.empty() ? 0 : 1));
    left_out_ += static_cast<std::uint64_t>(packets);
    next_ += settings_.sbc.frame_length() * frames;
    frames_now_ = settings_.frames_per_packet;
    encoded_ = 0;
    ready_ = {};
    held_up_ = false;
}

void Chain::packet_went() noexcept {
    next_ += present_length();
    frames_now_ = frames_to_beat();
    encoded_ = 0;
    ready_ = {};
    held_up_ = false;
}

Chain::Progress Chain::block(Time now) noexcept {
    if (!held_up_) ++waited_;
    held_up_ = air_is_short_ = true;
    blocked_ = now - moved_at_;
    return Progress::blocked;
}

// What the controller has not delivered has been missing for longer than what waits here.
void Chain::note_missing(Duration late, Time now) noexcept {
    const auto out = static_cast<std::uint64_t>(link_->in_flight());
    if (out == 0 || out > std::min<std::uint64_t>(went_, went_at_.size())) return;
    if (now - went_at_[(went_ - out) % went_at_.size()] <= kStuck) return;
    const Duration packet = duration_of(packet_length_, settings_.sbc.rate);
    latest_ = std::max(latest_, late + packet * static_cast<std::int64_t>(out));
}

// Whether to go on with the next packet, which is late by more than its own length, or comes after
// some that the controller held for long.
bool Chain::catch_up(Duration late, Time now) noexcept {
    // A short packet is due as early as it ends, and its first frame is missed no earlier for that.
    late -= duration_of(packet_length_ - present_length(), settings_.sbc.rate);
    const auto frames = static_cast<std::size_t>(frames_now_);
    if (!link_->ready(kMediaHeaderBytes + frames * settings_.sbc.frame_bytes())) {
        note_missing(late, now);
        return false;
    }
    const Duration stall = std::max(late, std::exchange(latest_, Duration::zero()));
    const RecoveryPlan plan = recover(settings_.sink, stall, now >= settings_.not_anew_until);
    begin_anew_ = plan.what == Recovery::begin_anew;
    if (plan.what == Recovery::leave_out) {
        stall_ = std::max(stall_, stall);
        leave_out(plan.excess);
    }
    return true;
}

Chain::Progress Chain::send_due_packet(Duration late, Time now) noexcept {
    late_ = late;
    if (late > duration_of(packet_length_, settings_.sbc.rate) || latest_ > Duration::zero()) {
        const Position before = next_;
        if (!catch_up(late, now)) return block(now);
        if (begin_anew_) return Progress::ended;
        if (next_ != before) return Progress::sent;  // another packet: look at that one
    }
    encode_captured();
    if (encoded_ < frames_now_) return Progress::not_captured;
    if (ready_.empty()) ready_ = packetizer_.finish();
    switch (link_->send(ready_)) {
        case LinkStatus::full:
            note_missing(late, now);
            return block(now);
        case LinkStatus::broken:
            break;
        case LinkStatus::sent:
            note_late(late);
            went_at_[went_++ % went_at_.size()] = now;
            moved_at_ = now;
            blocked_ = Duration::zero();
            break;
    }
    packet_went();
    return Progress::sent;
}

void Chain::note_late(Duration late) noexcept {
    late_ns_ += (static_cast<double>(late.count()) - late_ns_) * kLateShare;
}

Time Chain::due(const Timeline& timeline) const noexcept {
    return timeline.time_of(next_ + present_length()) + settings_.guard + air_saved_;
}

Time Chain::service(const Timeline& timeline, Time now) noexcept {
    if (!timeline.started() || begin_anew_) return Time::max();
    if (now < shut_until_) return shut_until_;
    if (next_.frames < 0) {
        if (!may_start(now)) return now + kNotCalm;
        start_at(history_.end());
    }
    for (;;) {
        const Time next = due(timeline);
        if (now < next) {
            encode_captured();
            moved_at_ = now;
            late_ = latest_ = blocked_ = Duration::zero();
            air_is_short_ = false;
            return next;
        }
        switch (send_due_packet(now - next, now)) {
            case Progress::sent:
                break;
            case Progress::blocked:
                if (blocked_ < kShut) return now + kBlocked;
                return shut_until_ = now + kShutRetry;
            case Progress::not_captured:
                return now + kNotCaptured;
            case Progress::ended:
                return Time::max();
        }
    }
}

ChainCounters Chain::counters() const noexcept {
    const Duration packet = duration_of(packet_length_, settings_.sbc.rate);
    return {.link = link_->counters(),
            .waited = waited_,
            .left_out = left_out_,
            .stall = stall_,
            .waiting = held_up_ ? static_cast<int>(late_ / packet) + 1 : 0,
            .begin_anew = begin_anew_,
            .link_error = link_->error(),
            .shared = shared_,
            .blocked = blocked_,
            .to_go = delay_line_.delay() - delay_line_.present(),
            .late = Duration{static_cast<std::int64_t>(late_ns_)}};
}

}  // namespace tandem
