// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/model/virtual_speaker.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <new>
#include <span>

namespace tandem {
namespace {

constexpr std::uint8_t kSyncword = 0x9c;
constexpr int kLargestGap = 1000;  // packets; a larger jump is a new stream, not a loss
constexpr std::size_t kForgetAt = 16384;
constexpr Time kNever = Time::max();
// A level control that one does not notice: what is off is back after some minutes.
constexpr double kSlowFastest = 0.05;  // rad/s, as PlayoutServo has it
constexpr double kSlowSlowest = 0.01;

PlayoutServo servo_of(SpeakerKind kind) noexcept {
    return kind == SpeakerKind::regulated ? PlayoutServo(kSlowFastest, kSlowSlowest)
                                          : PlayoutServo();
}

std::int16_t to_sample(double value) noexcept {
    return static_cast<std::int16_t>(std::lround(std::clamp(value, -32768.0, 32767.0)));
}

// The second octet of an SBC frame (A2DP 1.3, appendix B.5.1): frequency, blocks, channel mode,
// allocation, subbands.
std::uint8_t header_octet(const SbcConfig& config) noexcept {
    unsigned frequency = 3;
    if (config.rate.hz == 16000) frequency = 0;
    if (config.rate.hz == 32000) frequency = 1;
    if (config.rate.hz == 44100) frequency = 2;
    const auto blocks = static_cast<unsigned>(config.blocks / 4 - 1);
    return static_cast<std::uint8_t>(
        frequency << 6 | blocks << 4 | static_cast<unsigned>(config.mode) << 2 |
        static_cast<unsigned>(config.allocation) << 1 | (config.subbands == 8 ? 1U : 0U));
}

double seconds(Duration duration) noexcept {
    return static_cast<double>(duration.count()) / 1e9;
}

}  // namespace

VirtualSpeaker::VirtualSpeaker(const VirtualSpeakerSettings& settings, Time epoch)
    : settings_(settings),
      epoch_(epoch),
      frame_header_(header_octet(settings.config)),
      servo_(servo_of(settings.rules.kind)) {
    if (sbc_init(&sbc_, 0) != 0) throw std::bad_alloc();
    sbc_.endian = SBC_LE;
}

VirtualSpeaker::~VirtualSpeaker() {
    sbc_finish(&sbc_);
}

void VirtualSpeaker::receive(std::span<const std::uint8_t> bytes, Time arrival) {
    advance(arrival);
    ++counters_.packets;
    const auto packet = parse_media_packet(bytes);
    if (!packet) {
        ++counters_.malformed;
        return;
    }
    if (!follow_sequence(*packet, arrival)) return;
    if (state_ == State::waiting)
        fill(arrival);
    else if (settings_.rules.begins_by_time())
        regulate(arrival);
    regulated_ = written();
    if (room(arrival) == 0) {
        ++counters_.overruns;
        return;
    }
    decode(*packet);
    if (!settings_.rules.begins_by_time()) follow_count(arrival);
}

// From this packet on.
void VirtualSpeaker::fill(Time arrival) noexcept {
    state_ = State::filling;
    begin_ = settings_.rules.begins_by_time() ? arrival + settings_.latency : kNever;
    packets_filled_ = 0;
    read_ = written();
    fraction_ = 0;
    servo_.restart();
    correction_ = servo_.correction();
}

// One that counts looks at its buffer when a packet has come.
void VirtualSpeaker::follow_count(Time arrival) noexcept {
    ++packets_filled_;
    dry_ = false;
    const double frames = queued_sbc_frames();
    if (state_ == State::playing) {
        correction_ = settings_.rules.correction_at(frames);
    } else if (settings_.rules.begins_at(packets_filled_, frames)) {
        begin_ = std::min(begin_, arrival);
    }
}

void VirtualSpeaker::render(Time until, std::vector<StereoFrame>& out) {
    advance(until);
    out.insert(out.end(), output_.begin(), output_.end());
    output_.clear();
}

std::uint16_t VirtualSpeaker::delay_report() const noexcept {
    const auto tenths = settings_.latency.count() / 100'000;
    return static_cast<std::uint16_t>(std::clamp<std::int64_t>(tenths, 0, 0xffff));
}

Duration VirtualSpeaker::buffered(Time at) const noexcept {
    return from_ms(queued_seconds(at) * 1e3);
}

double VirtualSpeaker::playout_rate_ppm() const noexcept {
    return (rate_of_playout() - 1.0) * 1e6;
}

void VirtualSpeaker::advance(Time until) {
    for (Time at = time_of_output(rendered_); at < until; at = time_of_output(++rendered_)) {
        if (state_ == State::filling && at >= begin_) begin_playing(at);
        output_.push_back(state_ == State::playing ? next_sample() : StereoFrame{});
    }
    forget_played();
}

// `begin_` lies between two output samples: how far the sound has come by the second one.
void VirtualSpeaker::begin_playing(Time at) noexcept {
    state_ = State::playing;
    const double places = seconds(at - begin_) * settings_.config.rate.hz * rate_of_playout();
    const double whole = std::floor(places);
    read_ += static_cast<std::int64_t>(whole);
    fraction_ = places - whole;
}

StereoFrame VirtualSpeaker::next_sample() noexcept {
    if (read_ >= written()) {
        if (!dry_) ++counters_.underruns;
        dry_ = !settings_.rules.refills();
        if (!dry_) state_ = State::waiting;
        return {};
    }
    std::array<StereoFrame, SincInterpolator::kTaps> around{};
    const std::int64_t first = read_ - SincInterpolator::kBefore;
    const std::int64_t from = std::max(first, base_);
    const std::int64_t to = std::min(first + SincInterpolator::kTaps, written());
    const auto part = std::span(buffer_).subspan(static_cast<std::size_t>(from - base_),
                                                 static_cast<std::size_t>(to - from));
    std::ranges::copy(part, around.begin() + static_cast<std::ptrdiff_t>(from - first));
    const StereoSample sample = interpolator_.at(around, fraction_);
    fraction_ += rate_of_playout();
    const double whole = std::floor(fraction_);
    read_ += static_cast<std::int64_t>(whole);
    fraction_ -= whole;
    return {to_sample(sample.left), to_sample(sample.right)};
}

// Returns false when the packet is to be thrown away.
bool VirtualSpeaker::follow_sequence(const MediaPacket& packet, Time arrival) {
    if (last_ && last_->ssrc == packet.ssrc) {
        const auto ahead = static_cast<std::int16_t>(packet.sequence - last_->sequence);
        if (ahead <= 0 && ahead > -kLargestGap) {
            ++counters_.repeated;
            return false;
        }
        if (ahead > 1 && ahead < kLargestGap) {
            ++counters_.gaps;
            counters_.lost_packets += static_cast<std::uint64_t>(ahead - 1);
            // Once the sound has stopped the buffer fills from this packet on.
            if (state_ != State::waiting && settings_.rules.places()) {
                const auto each = last_->frames * settings_.config.frame_length().count;
                push_silence(std::min(static_cast<std::size_t>(each * (ahead - 1)), room(arrival)));
            }
        }
    }
    last_ = packet;
    last_->payload = {};
    return true;
}

void VirtualSpeaker::regulate(Time arrival) noexcept {
    // Counted in media, not between arrivals: a late packet would weigh more than an early one.
    const double elapsed = static_cast<double>(written() - regulated_) / settings_.config.rate.hz;
    servo_.observe(queued_seconds(arrival) - seconds(settings_.latency), elapsed);
    correction_ = servo_.correction();
}

void VirtualSpeaker::decode(const MediaPacket& packet) {
    const auto length = static_cast<std::size_t>(settings_.config.frame_length().count);
    auto payload = packet.payload;
    bool intact = true;
    for (int frame = 0; frame < packet.frames; ++frame) {
        push_silence(length);
        // After a frame that is none there is no way to find the next: the rest stays silent.
        intact = intact && decode_frame(payload, &buffer_[buffer_.size() - length]);
    }
    if (!intact) ++counters_.decode_errors;
}

// `into` has room for one SBC frame's samples. Takes the frame from the payload's front.
bool VirtualSpeaker::decode_frame(std::span<const std::uint8_t>& payload, StereoFrame* into) {
    // libsbc sets itself up by the first frame: one of another shape must not reach it.
    if (payload.size() < 4 || payload[0] != kSyncword || payload[1] != frame_header_) return false;
    std::array<std::int16_t, 256> samples{};  // 128 of each channel at most
    std::size_t written_bytes = 0;
    const ssize_t used = sbc_decode(&sbc_, payload.data(), payload.size(), samples.data(),
                                    sizeof(samples), &written_bytes);
    const auto length = static_cast<std::size_t>(settings_.config.frame_length().count);
    const bool mono = settings_.config.mode == ChannelMode::mono;
    const std::size_t expected = length * (mono ? 1 : 2) * sizeof(std::int16_t);
    if (used <= 0 || static_cast<std::size_t>(used) > payload.size() || written_bytes != expected) {
        return false;
    }
    for (std::size_t i = 0; i < length; ++i) {
        into[i] = mono ? StereoFrame{samples[i], samples[i]}
                       : StereoFrame{samples[2 * i], samples[2 * i + 1]};
    }
    payload = payload.subspan(static_cast<std::size_t>(used));
    return true;
}

void VirtualSpeaker::forget_played() {
    const std::int64_t keep = std::min(read_ - SincInterpolator::kBefore, written());
    const std::int64_t gone = keep - base_;
    if (gone < static_cast<std::int64_t>(kForgetAt)) return;
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(gone));
    base_ = keep;
}

double VirtualSpeaker::rate_of_playout() const noexcept {
    return 1.0 + settings_.clock_ppm * 1e-6 + correction_;
}

std::int64_t VirtualSpeaker::written() const noexcept {
    return base_ + static_cast<std::int64_t>(buffer_.size());
}

// How long after `at` the next pushed sample will sound, as seen by the nominal rate.
double VirtualSpeaker::queued_seconds(Time at) const noexcept {
    const bool set = state_ == State::filling && begin_ != kNever;
    const Time reference = set ? begin_ : time_of_output(rendered_);
    const double places = static_cast<double>(written() - read_) - fraction_;
    return places / settings_.config.rate.hz + seconds(reference - at);
}

double VirtualSpeaker::queued_sbc_frames() const noexcept {
    return static_cast<double>(written() - read_) /
           static_cast<double>(settings_.config.frame_length().count);
}

std::size_t VirtualSpeaker::room(Time at) const noexcept {
    if (!settings_.rules.begins_by_time()) {
        const bool packets = settings_.rules.kind == SpeakerKind::packets;
        const int each = packets && last_ ? last_->frames : 1;
        const double most = packets ? SpeakerRules::kMostPackets * each : SpeakerRules::kMostFrames;
        const double frames = std::max(0.0, most - queued_sbc_frames());
        return static_cast<std::size_t>(frames) *
               static_cast<std::size_t>(settings_.config.frame_length().count);
    }
    const double left = 2 * seconds(settings_.latency) + 0.1 - queued_seconds(at);
    return left > 0 ? static_cast<std::size_t>(std::ceil(left * settings_.config.rate.hz)) : 0;
}

Time VirtualSpeaker::time_of_output(std::int64_t sample) const noexcept {
    return epoch_ + duration_of(Frames{sample}, settings_.config.rate);
}

}  // namespace tandem
