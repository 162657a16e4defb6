// SPDX-License-Identifier: GPL-3.0-or-later
#include "playout.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lab {

namespace {
constexpr std::int64_t kSbcFrame = 128;  // samples
constexpr std::int64_t kStart = 60 * kSbcFrame;
constexpr std::int64_t kEnough = 80 * kSbcFrame;
constexpr double kCompensation = 256.0 / 65536;  // btstack's; 0.39 %
constexpr int kMostPackets = 33;                 // Bluedroid refuses what comes beyond
constexpr std::int64_t kMostSeconds = 3;         // an RTP time further away begins a new stream
constexpr std::int64_t kForgetAt = 16384;
}  // namespace

void set_kind(PlayoutOptions& options, const std::string& name) {
    const std::size_t colon = name.find(':');
    const std::string kind = name.substr(0, colon);
    if (kind == "placing") {
        options.kind = Kind::placing;
    } else if (kind == "counting") {
        options.kind = Kind::counting;
    } else if (kind == "counting-refill") {
        options.kind = Kind::counting_refill;
    } else if (kind == "packets") {
        options.kind = Kind::packets;
        if (colon != std::string::npos) options.start_packets = std::stoi(name.substr(colon + 1));
    } else if (kind == "regulated") {
        options.kind = Kind::regulated;
    } else {
        throw std::runtime_error("\"" + name +
                                 "\" is not placing, counting, counting-refill, packets, "
                                 "packets:COUNT or regulated");
    }
}

Playout::Playout(const PlayoutOptions& options, int rate, Time epoch)
    : options_{options}, rate_{rate}, epoch_{epoch} {
    set_rate(0);
}

void Playout::receive(std::uint32_t timestamp, std::span<const StereoSample> sound, Time arrival) {
    advance_to(arrival);
    if (counts()) {
        count(sound);
    } else {
        put(timestamp, sound, arrival);
    }
}

void Playout::stop() {
    state_ = State::waiting;
    packets_ = 0;
    place_ = written_ << 32;
    set_rate(options_.kind == Kind::regulated || !counts() ? drift_ : 0);
}

void Playout::advance(Time until, std::vector<StereoSample>& out) {
    advance_to(until);
    out.insert(out.end(), ready_.begin(), ready_.end());
    ready_.clear();
}

// btstack's sample goes on playing what comes, as it comes.
bool Playout::refills() const {
    return options_.kind != Kind::counting;
}

std::int64_t Playout::samples(Time time) const {
    return time.count() * rate_ / 1'000'000'000;
}

void Playout::advance_to(Time until) {
    const std::int64_t end = samples(until - epoch_);
    for (; rendered_ < end; ++rendered_) {
        if (state_ == State::due && rendered_ >= samples(begin_ - epoch_)) state_ = State::playing;
        ready_.push_back(state_ == State::playing ? next() : StereoSample{});
    }
    forget();
}

StereoSample Playout::next() {
    if (counts() && read() >= written_) {
        ++underruns_;
        if (refills()) stop();
        return {};
    }
    const StereoSample one = at(read());
    const StereoSample two = at(read() + 1);
    const std::int64_t part = (place_ >> 16) & 0xffff;
    const auto between = [part](int from, int to) {
        return static_cast<std::int16_t>(from + ((to - from) * part >> 16));
    };
    place_ += step_;
    return {between(one.left, two.left), between(one.right, two.right)};
}

StereoSample Playout::at(std::int64_t sample) const {
    if (sample < base_ || sample >= written_) return {};
    return buffer_[static_cast<std::size_t>(sample - base_)];
}

void Playout::append(std::span<const StereoSample> sound) {
    buffer_.insert(buffer_.end(), sound.begin(), sound.end());
    written_ += static_cast<std::int64_t>(sound.size());
}

// A placing speaker: what is missing is silent, what comes too late is not heard.
void Playout::put(std::uint32_t timestamp, std::span<const StereoSample> sound, Time arrival) {
    // Of a stream that began at place `written_` when the first packet came.
    const auto ahead =
        static_cast<std::int32_t>(timestamp - origin_ - static_cast<std::uint32_t>(written_));
    const bool strange = std::abs(std::int64_t{ahead}) > kMostSeconds * rate_;
    if (state_ == State::waiting || strange) {
        state_ = State::due;
        begin_ = arrival + options_.latency;
        place_ = written_ << 32;
        origin_ = timestamp - static_cast<std::uint32_t>(written_);
        append(sound);
        return;
    }
    if (ahead < 0) return;  // repeated
    const std::int64_t first = written_ + ahead;
    buffer_.resize(buffer_.size() + static_cast<std::size_t>(ahead));
    written_ = first;
    append(sound);
    regulate(arrival, first);
}

void Playout::count(std::span<const StereoSample> sound) {
    const bool full = options_.kind == Kind::packets && level() >= kMostPackets * std::ssize(sound);
    if (full) return;
    append(sound);
    ++packets_;
    if (state_ == State::waiting) {
        const bool enough = options_.kind == Kind::packets ? packets_ >= options_.start_packets
                            : options_.kind == Kind::regulated
                                ? level() >= samples(options_.latency)
                                : level() >= kStart;
        if (!enough) return;
        state_ = State::playing;
        target_ = level();
    } else if (options_.kind == Kind::regulated) {
        const double elapsed = static_cast<double>(sound.size()) / rate_;
        follow(static_cast<double>(level() - target_) / rate_, elapsed);
    } else if (options_.kind != Kind::packets) {
        set_rate(level() < kStart ? -kCompensation : level() > kEnough ? kCompensation : 0);
    }
}

// The latency that this packet meets, against the one that is kept. Further off is an outage.
void Playout::regulate(Time arrival, std::int64_t first) {
    constexpr double kOutage_s = 0.01;
    const std::int64_t to_come = std::max<std::int64_t>(0, samples(begin_ - arrival));
    const std::int64_t waits = state_ == State::due ? to_come : 0;
    const double error =
        static_cast<double>(first - read() + waits - samples(options_.latency)) / rate_;
    if (std::abs(error) < kOutage_s) follow(error, static_cast<double>(written_ - first) / rate_);
}

// A second-order loop, critically damped, which begins fast and becomes slow: with x the level's
// error in seconds, u = 2 w x + I and dI/dt = w^2 x.
void Playout::follow(double error_s, double elapsed_s) {
    constexpr double kFastest = 0.5;  // rad/s
    constexpr double kSlowest = 0.06;
    constexpr double kMost = 1e-3;
    age_s_ += elapsed_s;
    const double w = std::clamp(1.5 / age_s_, kSlowest, kFastest);
    const double x = std::clamp(error_s, -0.01, 0.01);
    error_ += (1 - std::exp(-8 * w * elapsed_s)) * (x - error_);
    drift_ = std::clamp(drift_ + w * w * error_ * elapsed_s, -kMost, kMost);
    set_rate(std::clamp(2 * w * error_ + drift_, -kMost, kMost));
}

void Playout::set_rate(double correction) {
    step_ = std::llround((1 + options_.clock_ppm * 1e-6 + correction) * 4294967296.0);
}

void Playout::forget() {
    const std::int64_t gone = std::min(read(), written_) - base_;
    if (gone < kForgetAt) return;
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(gone));
    base_ += gone;
}

}  // namespace lab
